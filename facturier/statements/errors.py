"""What is said when a bank file cannot be read: the file, the line, and what to do."""

from __future__ import annotations

from facturier.messages import Message, message


class StatementError(Exception):
    """A bank file that cannot be read, or not be trusted.

    A file gives all its records or this error; never some of them in silence.

    Attributes:
        file: The name of the file, as the user gave it.
        line: The line at fault, counted from one; 0 where the whole file is meant.
        column: The column in that line, counted from one; 0 where it is not known.
        message: What is wrong, with the figure or the words found there.
    """

    def __init__(self, file: str, line: int, message: Message, column: int = 0) -> None:
        super().__init__(file, line, message, column)
        self.file = file
        self.line = line
        self.column = column
        self.message = message

    def text(self, language: str = "en") -> str:
        """Return ``file:line: message`` in a language, the form of every error of this project."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        sentence = self.message
        if self.column:
            sentence = message("column {column}: {fault}", column=self.column, fault=sentence)
        return f"{place}: {sentence.text(language)}"

    def __str__(self) -> str:
        return self.text()


class UnknownFormatError(StatementError):
    """A file that is none of the bank formats read here."""
