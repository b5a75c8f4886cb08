"""A second implementation of open items, in plain SQL over the postings: what ``facturier`` says is compared with it.

It shares nothing with the first one. Python only copies postings and metadata into two tables of sqlite; which item a
posting means, in which order amounts are counted and what is left is decided by one recursive query, in whole cents.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from beancount.core import data

_SCHEMA = """
create table posting (
  txn integer, leg integer, day text, document text, account text, client text, currency text,
  cents integer, settles text, opens text, due text
);
create table link (txn integer, name text);
"""

_LEFT = """
with recursive
-- Items: legs of documents, ranked where there are several; and documents taken over.
owed as (
  select txn, leg, day as since, account, client, currency, cents, due, settles,
         coalesce(opens, document) as number,
         count(*) over (partition by txn) as legs, row_number() over (partition by txn order by leg) as rank
  from posting where (document is not null or opens is not null) and day <= :day
),
item as (
  select *, case when legs > 1 then number || '#' || rank else number end as id from owed
),
-- Movements: all other postings, those of one transaction for one name added up, and the legs of documents that settle.
movement as (
  select min(leg) as leg, txn, day, '' as source, min(account) as account, min(client) as client, currency,
         sum(cents) as cents, settles
  from posting where document is null and opens is null and settles <> '' and day <= :day
  group by txn, settles, currency
  union all
  select leg, txn, day, '', account, client, currency, cents, settles
  from posting where document is null and opens is null and settles = '' and day <= :day
  union all
  select leg, txn, since, id, account, client, currency, cents, settles from item where settles <> ''
),
numbered as (
  select *, 'm' || row_number() over (order by txn, leg) as name from movement
),
-- The names of each movement, in the order written.
word(name, rank, word, rest) as (
  select name, 0, '', settles || ' ' from numbered where settles <> ''
  union all
  select name, rank + 1, substr(rest, 1, instr(rest, ' ') - 1), ltrim(substr(rest, instr(rest, ' ') + 1))
  from word where rest <> ''
),
-- Which item a movement may fill, each one step, in the order of time.
target as (
  select numbered.*, item.id, item.cents as whole, max(day, item.since) as counted, day < item.since as waited,
         word.rank as rank, item.account <> numbered.account as elsewhere, coalesce(item.due, '9999') as due,
         0 as linked
  from numbered join word using (name) join item on word.word in (item.id, item.number)
  where word.word <> '' and item.currency = numbered.currency
  union all
  select numbered.*, item.id, item.cents, max(day, item.since), day < item.since,
         0, item.account <> numbered.account, coalesce(item.due, '9999'), 1
  from numbered join link on link.txn = numbered.txn join item on item.number = link.name
  where numbered.settles = '' and numbered.source = '' and item.currency = numbered.currency
),
step as (
  select *, row_number() over (
    order by counted, not waited, source = '', txn, (cents > 0) = (whole > 0) desc, leg, rank, elsewhere, due, id
  ) as number from target where cents <> 0
),
-- What is left of items and movements, one object of JSON, changed step by step.
state(number, left) as (
  select 0, (
    select json_group_object(key, value) from (
      select id as key, cents as value from item union all select name, cents from numbered
    )
  )
  union all
  select step.number, case
    -- A link means the only open document that the transaction links to.
    when linked and 1 <> (
      select count(distinct item.number) from link join item on item.number = link.name
      where link.txn = step.txn and item.since <= step.counted
        and json_extract(state.left, '$."' || item.id || '"') <> 0
    ) then state.left
    when source = '' then json_set(state.left, {item}, {now} + {part}, {movement}, {rest} - {part})
    else json_set(state.left, {item}, {now} + {part}, {movement}, {rest} - {part}, {own}, {mine} - {part})
  end
  from state join step on step.number = state.number + 1
),
final(left) as (select left from state order by number desc limit 1)
"""
_PATHS = {
    "item": """'$."' || step.id || '"'""",
    "movement": """'$."' || step.name || '"'""",
    "own": """'$."' || step.source || '"'""",
}
_VALUES = {
    name: f"json_extract(state.left, {_PATHS[path]})"
    for name, path in (("now", "item"), ("rest", "movement"), ("mine", "own"))
}
# An item takes what leaves it between nothing and its amount.
_PART = "(min(max({now} + {rest}, min(whole, 0)), max(whole, 0)) - {now})".format(**_VALUES)
_QUESTIONS = {
    "left": "select id, currency, json_extract(left, '$.\"' || id || '\"') from item, final",
    "on_account": "select client, currency, sum(json_extract(left, '$.\"' || name || '\"')) "
    "from numbered, final where source = '' group by client, currency",
}


class Answer(NamedTuple):
    """What the query says of the end of a day.

    Attributes:
        left: What is left of each item, those at nothing left out.
        on_account: Money that settles nothing, by client and currency, zeros left out.
        balances: The accounts of clients, by account and currency, zeros left out.
    """

    left: dict[str, Decimal]
    on_account: dict[tuple[str, str], Decimal]
    balances: dict[tuple[str, str], Decimal]


def ask(entries: Iterable[data.Directive], day: date) -> Answer:
    """Ask what is open at the end of a day."""
    database = sqlite3.connect(":memory:")
    database.executescript(_SCHEMA)
    _fill(database, list(entries))
    found: dict[str, list[tuple[str, str, int]]] = {}
    for name, question in _QUESTIONS.items():
        query = _LEFT.format(**_PATHS, **_VALUES, part=_PART) + question
        found[name] = database.execute(query, {"day": day.isoformat()}).fetchall()
    balances = database.execute(
        "select account, currency, sum(cents) from posting where day <= ? group by 1, 2", [day.isoformat()]
    ).fetchall()
    database.close()
    return Answer(
        {item: Decimal(cents) / 100 for item, _, cents in found["left"] if cents},
        {(client, currency): Decimal(cents) / 100 for client, currency, cents in found["on_account"] if cents},
        {(account, currency): Decimal(cents) / 100 for account, currency, cents in balances if cents},
    )


def _fill(database: sqlite3.Connection, entries: list[data.Directive]) -> None:
    owed: list[str] = []
    accounts: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, data.Custom) and entry.type == "role":
            role, account = (value.value for value in entry.values)
            if role in ("receivable", "doubtful", "retention", "bills"):
                owed.append(account)
        elif isinstance(entry, data.Custom) and entry.type == "client" and "account" in entry.meta:
            own = accounts.setdefault(entry.meta["account"], entry.values[0].value)
            accounts[entry.meta["account"]] = own if own == entry.values[0].value else ""
    leg = 0
    for txn, entry in enumerate(one for one in entries if isinstance(one, data.Transaction)):
        document = next((entry.meta[key] for key in ("invoice", "credit-note", "claim") if key in entry.meta), None)
        for posting in entry.postings:
            if not any(f"{posting.account}:".startswith(f"{account}:") for account in owed):
                continue
            assert posting.units is not None
            assert posting.units.number is not None
            meta = posting.meta or {}
            due = meta.get("due") or entry.meta.get("due")
            client = meta.get("client") or entry.meta.get("client") or accounts.get(posting.account, "")
            settles = meta.get("settles") or entry.meta.get("settles") or ""
            row = (
                txn, leg, entry.date.isoformat(), document, posting.account, client, posting.units.currency,
                int(posting.units.number * 100), settles, meta.get("opens"), due and due.isoformat(),
            )  # fmt: skip
            database.execute("insert into posting values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            leg += 1
        if document is None:
            database.executemany("insert into link values (?, ?)", [(txn, link) for link in entry.links or ()])
