"""The chapters of the ATA numbering: which part of an aircraft, or which kind of work, a program is about. No I/O.

The numbers are those in common use since ATA specification 100; the names say in our own words what a chapter is for.
"""

import msgspec


class AtaChapterOut(msgspec.Struct, frozen=True):
    """One chapter."""

    chapter: str
    name: str


class AtaChaptersOut(msgspec.Struct, frozen=True):
    """All chapters, by number."""

    items: tuple[AtaChapterOut, ...]


CHAPTERS = {
    # The aircraft as a whole
    "00": "General",
    "04": "Airworthiness limitations",
    "05": "Time limits and maintenance checks",
    "06": "Dimensions and areas",
    "07": "Lifting and shoring",
    "08": "Levelling and weighing",
    "09": "Towing and taxiing",
    "10": "Parking, mooring and storage",
    "11": "Placards and markings",
    "12": "Servicing",
    "14": "Hardware",
    "18": "Vibration and noise",
    # Systems
    "20": "Standard practices, airframe",
    "21": "Air conditioning and pressurization",
    "22": "Autopilot",
    "23": "Communications",
    "24": "Electrical power",
    "25": "Cabin equipment and furnishings",
    "26": "Fire protection",
    "27": "Flight controls",
    "28": "Fuel",
    "29": "Hydraulics",
    "30": "Ice and rain protection",
    "31": "Instruments and recorders",
    "32": "Landing gear",
    "33": "Lights",
    "34": "Navigation",
    "35": "Oxygen",
    "36": "Pneumatics",
    "37": "Vacuum",
    "38": "Water and waste",
    "39": "Electrical and electronic panels",
    "41": "Water ballast",
    "42": "Integrated modular avionics",
    "44": "Cabin systems",
    "45": "Onboard maintenance system",
    "46": "Information systems",
    "47": "Fuel tank inerting",
    "48": "In-flight refuelling of other aircraft",
    "49": "Auxiliary power unit",
    "50": "Cargo and accessory compartments",
    # Structure
    "51": "Standard practices, structures",
    "52": "Doors",
    "53": "Fuselage",
    "54": "Nacelles and pylons",
    "55": "Stabilizers",
    "56": "Windows",
    "57": "Wings",
    # Propellers and rotors
    "60": "Standard practices, propellers and rotors",
    "61": "Propellers",
    "62": "Main rotor",
    "63": "Main rotor drive",
    "64": "Tail rotor",
    "65": "Tail rotor drive",
    "66": "Folding blades and tail pylon",
    "67": "Rotor flight controls",
    # Engines
    "70": "Standard practices, engines",
    "71": "Power plant",
    "72": "Engine",
    "73": "Engine fuel and control",
    "74": "Ignition",
    "75": "Engine air",
    "76": "Engine controls",
    "77": "Engine indicating",
    "78": "Exhaust",
    "79": "Engine oil",
    "80": "Starting",
    "81": "Turbochargers",
    "82": "Water injection",
    "83": "Accessory gearboxes",
    "84": "Propulsion augmentation",
    "85": "Piston engine",
    # Diagrams and wiring
    "91": "Charts",
    "92": "Electrical system installation",
    "97": "Wiring reporting",
}
ALL = AtaChaptersOut(tuple(AtaChapterOut(chapter, name) for chapter, name in CHAPTERS.items()))


def hyphenated(reference: str) -> str:
    """Return chapter, section and subject with hyphens between: `3211` as `32-11`.

    Sections and subjects below a chapter are the maker's own; they are taken as they come.
    """
    digits = reference.replace("-", "")
    return "-".join(digits[place : place + 2] for place in range(0, len(digits), 2))
