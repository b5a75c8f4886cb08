import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Validates the PDF files named on the command line against PDF/A-3b with the veraPDF engine.
 *
 * Prints tab-separated lines: "rules N" once, then per file "file N checks" followed by its
 * failures, each once: "fail N clause test message". A file that cannot be read is a failure.
 * The profile is put together by hand from its XML because the engine's own reader needs JAXB,
 * which is not complete in the jar this is compiled against.
 */
public final class PdfACheck {
    private static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFA_3_B;
    private static final String PROFILE = "/org/verapdf/pdfa/validation/PDFA-3B.xml";

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile profile = profile();
        out.println("rules\t" + profile.getRules().size());
        for (int number = 0; number < arguments.length; number++) {
            Set<String> failures = new TreeSet<>();
            int checks = check(new File(arguments[number]), profile, failures);
            out.println("file\t" + number + "\t" + checks);
            for (String failure : failures) {
                out.println("fail\t" + number + "\t" + failure);
            }
        }
    }

    private static int check(File file, ValidationProfile profile, Set<String> failures) {
        try (InputStream input = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(input, FLAVOUR)) {
            ValidationResult result = Foundries.defaultInstance().createValidator(profile, false).validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    RuleId rule = assertion.getRuleId();
                    failures.add(rule.getClause() + "\t" + rule.getTestNumber() + "\t" + oneLine(assertion.getMessage()));
                }
            }
            if (!result.isCompliant() && failures.isEmpty()) {
                failures.add("-\t0\tnot compliant, without a failed assertion");
            }
            return result.getTotalAssertions();
        } catch (Exception error) {
            failures.add("-\t0\t" + oneLine(error.toString()));
            return 0;
        }
    }

    private static ValidationProfile profile() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document;
        try (InputStream input = PdfACheck.class.getResourceAsStream(PROFILE)) {
            document = factory.newDocumentBuilder().parse(input);
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element element : elements(document.getDocumentElement(), "rule")) {
            rules.add(rule(element));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element element : elements(document.getDocumentElement(), "variable")) {
            variables.add(Profiles.variableFromValues(
                    element.getAttribute("name"), element.getAttribute("object"),
                    text(element, "defaultValue"), text(element, "value")));
        }
        return Profiles.profileFromValues(FLAVOUR,
                Profiles.profileDetailsFromValues("PDF/A-3b", "ISO 19005-3 level B", "veraPDF", new Date(0)),
                "", rules, variables);
    }

    private static Rule rule(Element element) {
        Element id = elements(element, "id").get(0);
        Element error = elements(element, "error").get(0);
        Boolean deferred = element.hasAttribute("deferred") ? Boolean.valueOf(element.getAttribute("deferred")) : null;
        RuleId ruleId = Profiles.ruleIdFromValues(
                PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        return Profiles.ruleFromValues(ruleId, element.getAttribute("object"), deferred, element.getAttribute("tags"),
                text(element, "description"), text(element, "test"),
                Profiles.errorFromValues(text(error, "message"), new ArrayList<>()), new ArrayList<>());
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagNameNS("*", name);
        List<Element> found = new ArrayList<>();
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return elements(parent, name).get(0).getTextContent();
    }

    private static String oneLine(String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }

    private PdfACheck() {
    }
}
