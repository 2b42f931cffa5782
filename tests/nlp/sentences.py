"""Sentences written for these tests: five plain themes and a few that belong to none."""

THEMES = {
    "price": """
        the other vendor is a third cheaper
        they say our price is too high
        a rival quoted half our price
        came in as the most expensive of four bidders
        too expensive compared with the competition
        price is far above what the competitor charges
        "your price is double the other offer"
        cheaper alternatives make our price hard to defend
        procurement finds the price too high against the rival quote
        our price was the highest of all bidders
    """,
    "security": """
        security team wants a penetration test report
        asks for our ISO 27001 certificate before going on
        the CISO will not approve without a security audit
        security questionnaire with 200 questions is still open
        IT security blocks the rollout until the audit is done
        wants to see the penetration test and the security policy
        no security certificate, no approval from the CISO
        their security review takes three months
        information security has not signed off yet
        they need the security audit results first
    """,
    "training": """
        technicians refuse to learn another app
        staff are tired of new software and training
        afraid the training of all technicians takes too long
        the older technicians will not use a new app
        no time to train the staff on new software
        people will resist, the last software training failed
        the team hates learning new tools
        training effort for technicians is too much
        crew said they will keep the old app, no more training
        who will train forty technicians on the app
    """,
    "contract": """
        bound by a contract with the supplier until next summer
        current contract runs two more years
        cannot leave the present contract before it ends
        the contract with their supplier renewed automatically
        locked into a three year contract with another supplier
        missed the notice period, contract rolled over
        contract ends in 2027, nothing before that
        would pay twice while the old contract runs
        the notice period of the old contract has passed
        they just renewed the contract for two years
    """,
    "integration": """
        no integration with their SAP system
        needs a ready connector to the ERP
        integration with the accounting system is missing
        our API cannot write invoices into SAP
        the ERP integration would need custom work
        wants a standard SAP interface, not a project
        without ERP integration they would type everything twice
        data does not sync with their accounting software
        the interface to SAP was the first question, we have none
        IT wants a certified SAP connector
    """,
}
ODD = [
    "the parking lot was full of geese",
    "she collects old typewriters",
    "rain fell on the brass band",
]


def texts_and_labels():
    pairs = [
        (line.strip(), theme) for theme, lines in THEMES.items() for line in lines.strip().splitlines() if line.strip()
    ]
    pairs += [(text, "") for text in ODD]
    return [text for text, _ in pairs], [label for _, label in pairs]
