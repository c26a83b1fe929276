#!/usr/bin/env python3
"""Makes rates.csv and territories.csv from public tables:
python3 convert.py FOLDER > rates.csv
python3 convert.py FOLDER territories > territories.csv

FOLDER holds, under these names:
- eu_vat_rates_data.json      eu-vat-rates-data 2026.9.29 (MIT), from the European Commission's TEDB
- vat_rates.csv               open table of European VAT rates with their start dates
- region_countries.json       the members of the European Union
- ibericode_vat-rates.json    ibericode/vat-rates 4 (MIT): postcodes where the European Union's VAT does not hold
- sales_tax_rates.json        node-sales-tax 2.21.0 of 2025-10-31 (MIT)
- us_sales_tax_zip5.csv.gz    United States sales tax by ZIP code with the state's part, as of 2026-11-20
- ca_cdtfa_SalesTaxRates1-1-26.csv   California Department of Tax and Fee Administration, 2026-01-01

A row is one rate of one place. A place with rows of its own (a state) does not also take its country's rows, so a
Canadian province with a provincial tax repeats the federal one.
"""
import csv
import gzip
import json
import pathlib
import re
import sys
from decimal import Decimal

# Rates of TEDB that hold only in a part of the country (Jungholz and Mittelberg; Corsica and the overseas departments;
# the Aegean islands; Azores and Madeira), by country in percent.
REGIONAL = {"AT": {"19"}, "FR": {"0.9", "1.05", "8.5", "13"}, "GR": {"17", "4"}, "PT": {"16", "22"}}

# The rule for delivery in the United States: a state is marked when it taxes a separately stated charge for delivery by
# common carrier on a taxable sale, after the state lists that TaxJar and others publish ("Is shipping taxable?", read in
# 2026). Left out although older lists have them: Kansas and Michigan, which exempt it since 2023, and Illinois, which
# exempts it when pick-up is offered. A store puts a row of its own in place where its case differs.
TAXED_DELIVERY = set("AR CT DC GA HI IN KY MN MS NC ND NE NJ NM NY OH PA RI SC SD TN TX VT WA WI WV".split())
WITHOUT_SALES_TAX = set("AK DE MT NH OR".split())

TEDB = ("European Commission TEDB by eu-vat-rates-data", "2026-09-29")
NODE = ("node-sales-tax 2.21.0", "2025-10-31")
ZIP = ("US sales tax by ZIP code, the state's part", "2026-11-20")
CDTFA = ("California CDTFA, statewide rate", "2026-01-01")

CBIC = ("CBIC notification 9/2025-Central Tax (Rate), schedules I and IV", "2025-09-17")


def rate(value):
    """An exact fraction without trailing zeros; source tables hold binary noise such as 0.048499."""
    text = format(Decimal(str(value)).quantize(Decimal("0.00001")).normalize(), "f")
    return text


def percent(value):
    return rate(Decimal(str(value)) / 100)


def europe(folder):
    rates = json.loads((folder / "eu_vat_rates_data.json").read_text())["rates"]
    members = json.loads((folder / "region_countries.json").read_text())["EU"]
    starts = {}
    with open(folder / "vat_rates.csv", newline="") as table:
        for row in csv.DictReader(table):
            if not row["stop_date"] and row["rate_type"] == "standard":
                for code in row["territory_codes"].split():
                    starts[code, rate(row["rate"])] = row["start_date"]
    for country in sorted([*members, "GB"]):
        entry = rates[country]
        standard = percent(entry["standard"])
        yield country, "", "standard", standard, "VAT", True, starts.get((country, standard), ""), TEDB
        regional = {Decimal(value) for value in REGIONAL.get(country, ())}
        reduced = sorted(value for value in entry["reduced"] if Decimal(str(value)) not in regional)
        assert len(reduced) <= 2, (country, reduced)
        for category, value in zip(["reduced", "intermediate"], reduced):
            yield country, "", category, percent(value), "VAT", True, "", TEDB
        lowest = entry["super_reduced"]
        # The source repeats the reduced rate as the super-reduced one of countries that have none.
        if lowest and lowest not in entry["reduced"] and Decimal(str(lowest)) not in regional:
            yield country, "", "super_reduced", percent(lowest), "VAT", True, "", TEDB


def united_states(folder):
    states = {}
    with gzip.open(folder / "us_sales_tax_zip5.csv.gz", "rt", newline="") as table:
        for row in csv.DictReader(table):
            if row["state_rate"]:
                states[row["state"]] = rate(row["state_rate"])
    del states["PR"]
    with open(folder / "ca_cdtfa_SalesTaxRates1-1-26.csv", newline="", encoding="utf-8-sig") as table:
        numbers = [cell for row in csv.reader(table) for cell in row[1:2] if cell[:1].isdigit()]
    # The rate of a place without a local tax; 6 % of it is the state's, 1.25 % uniform local tax.
    states["CA"] = rate(min(Decimal(number) for number in numbers))
    assert len(states) == 46 and not states.keys() & WITHOUT_SALES_TAX, len(states)
    for state in sorted(states.keys() | WITHOUT_SALES_TAX):
        source = CDTFA if state == "CA" else ZIP
        yield "US", state, "standard", states.get(state, "0"), "Sales tax", state in TAXED_DELIVERY, "", source


def canada(table):
    federal = Decimal(str(table["rate"]))
    yield "CA", "", "standard", rate(federal), "GST", True, "2008-01-01", NODE
    for province, entry in sorted(table["states"].items()):
        kind, provincial = entry["type"].upper(), Decimal(str(entry["rate"]))
        since = min((date[:10] for date in entry.get("before", {})), default="")
        if kind == "HST":
            yield "CA", province, "standard", rate(federal + provincial), "HST", True, since, NODE
        else:
            yield "CA", province, "standard", rate(federal), "GST", True, "2008-01-01", NODE
            yield "CA", province, "standard", rate(provincial), kind, True, since, NODE


def elsewhere(tables):
    # The law says 12 % in Indonesia, on eleven twelfths of the price for all but luxury goods (PMK 131/2024, article 3):
    # shops charge 11 %.
    for country, name, since in [
        ("AU", "GST", "2000-07-01"),
        ("ID", "PPN", "2022-04-01"),
        ("IN", "GST", "2017-07-01"),
        ("NZ", "GST", "2010-10-01"),
        ("SG", "GST", "2024-01-01"),
    ]:
        yield country, "", "standard", rate(tables[country]["rate"]), name, True, since, NODE


def india():
    """The slabs beside the standard one; what is taxed at 40 % (tobacco, sugared drinks) is a code of the store's own."""
    for category, value in [("reduced", "0.05"), ("super_reduced", "0.03")]:
        yield "IN", "", category, value, "GST", True, "2025-09-22", CBIC


# Parts of a member that have another rate and are inside all the same (Jungholz and Mittelberg; Azores and Madeira): a
# store puts rows of its own in place.
INSIDE = {"AT", "PT"}
IBERICODE = ("ibericode/vat-rates 4", "2026-11-20")
DIRECTIVE = ("Directive 2006/112/EC, article 6", "2006-12-11")


def ranges(pattern):
    """The first and the last postcode of each alternative."""
    for part in pattern.strip("()").split("|"):
        part = re.sub(r"\\d\{(\d),?\}", lambda digits: "[0-9]" * int(digits[1]), part)
        edge = lambda at: re.sub(r"\[(\d)-(\d)\]", lambda digit: digit[at], part)
        yield edge(1), edge(2)


def territories(folder):
    table = json.loads((folder / "ibericode_vat-rates.json").read_text())["items"]
    yield "FI", "22000", "22999", "Åland", "0", DIRECTIVE
    for country, periods in table.items():
        for territory in periods[0].get("exceptions", []) if country not in INSIDE else []:
            for first, last in ranges(territory["postcode"]):
                yield country, first, last, territory["name"], percent(territory["standard"]), IBERICODE


def print_territories(folder):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow("country postcode_from postcode_to name rate source source_date".split())
    for *row, (source, date) in sorted(territories(folder)):
        out.writerow([*row, source, date])


def main():
    folder = pathlib.Path(sys.argv[1])
    if sys.argv[2:] == ["territories"]:
        return print_territories(folder)
    tables = json.loads((folder / "sales_tax_rates.json").read_text())
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow("country state category rate name compound on_shipping valid_from source source_date".split())
    rows = [*europe(folder), *united_states(folder), *canada(tables["CA"]), *elsewhere(tables), *india()]
    for country, state, category, value, name, on_shipping, since, (source, date) in sorted(rows, key=lambda row: row[:2]):
        out.writerow([country, state, category, value, name, "false", str(on_shipping).lower(), since, source, date])


main()
