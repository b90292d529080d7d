"""Make ``tests/fixtures/slack/error_words.txt``: the error words of the Web API methods that the bot calls, one method a line.

Usage: ``python -m scripts.error_words PATH_TO/methods.json`` (methods by name, each with its ``errors``)
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUNDLED = ROOT / "tests" / "fixtures" / "slack" / "error_words.txt"
EVERY = [
    "accesslimited",
    "access_denied",
    "account_inactive",
    "deprecated_endpoint",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "fatal_error",
    "internal_error",
    "invalid_arg_name",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_auth",
    "invalid_charset",
    "invalid_form_data",
    "invalid_json",
    "invalid_post_type",
    "json_not_object",
    "method_deprecated",
    "missing_post_type",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_access_not_granted",
    "team_added_to_org",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
    "unknown_method",
]
"""What every method may say; the lists of single methods leave it out."""


if __name__ == "__main__":
    known = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    source = "\n".join(
        file.read_text() for folder in ("bot", "handlers") for file in (ROOT / folder).rglob("*.py")
    )
    called = {
        name: sorted(entry["errors"] or ()) for name, entry in sorted(known.items()) if f'"{name}"' in source
    }
    lines = [
        f"* {' '.join(EVERY)}",
        *(f"{name} {' '.join(words)}".rstrip() for name, words in called.items()),
    ]
    BUNDLED.write_text("\n".join(lines) + "\n", encoding="utf-8")
