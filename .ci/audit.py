"""Known vulnerabilities in what the locks install. Fails for one; says so where nobody could be asked."""

import json
import subprocess
import sys
from dataclasses import dataclass, field

LOCKS = ("requirements.txt", "tests/requirements.txt")
HOW = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "-r")


@dataclass(frozen=True)
class Verdict:
    """Packages looked up, those nobody could be asked about, and a line for each vulnerability."""

    checked: int = 0
    unasked: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


def verdict(output: str) -> Verdict:
    """What pip-audit's JSON means. Its exit code does not tell: 0 where no package could be looked up, 1 where it
    found something and also where it broke. No JSON is nothing checked."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict()
    unasked = [package["name"] for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {each['id']}, "
        + (f"fixed in {', '.join(each['fix_versions'])}" if each.get("fix_versions") else "no fix yet")
        for package in packages
        for each in package.get("vulns", [])
    ]
    return Verdict(len(packages) - len(unasked), unasked, found)


def words(lock: str, result: Verdict) -> str:
    """What the console says, never more than was looked at."""
    if not result.checked:
        return f"NOT CHECKED: {lock}. No vulnerability data could be reached for any package of it."
    lines = [f"{lock}: {result.checked} packages checked, {len(result.found)} known vulnerabilities", *result.found]
    if result.unasked:
        lines.append(f"NOT CHECKED: {', '.join(result.unasked)}")
    return "\n  ".join(lines)


def main() -> int:
    """1 when a vulnerability is known, else 0."""
    results = []
    for lock in LOCKS:
        command = [sys.executable, "-m", "pip_audit", *HOW, lock]
        try:
            output = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout  # noqa: S603
        except subprocess.TimeoutExpired:
            output = ""
        results.append(verdict(output))
        sys.stdout.write(words(lock, results[-1]) + "\n")
    return int(any(result.found for result in results))


if __name__ == "__main__":
    sys.exit(main())
