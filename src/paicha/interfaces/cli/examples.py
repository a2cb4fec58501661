"""What stands below the options of a command's help: commands to copy and change."""

from __future__ import annotations

#: By command; each line is one command.
EXAMPLES = {
    "investigate": (
        "paicha investigate app.log app.log.1.gz --tz Asia/Shanghai",
        "paicha investigate /var/log/shop --from 10:30 --to 10:50",
        "paicha investigate app.log --metrics metrics.csv --lang zh",
        "paicha investigate --source app-logs --last 15m --host 10.0.0.1",
        "kubectl logs -l app=shop --prefix --tail=-1 | paicha investigate -",
    ),
    "report": ("paicha report paicha-report/app --lang zh --format html -o app.html",),
    "evidence": (
        "paicha evidence paicha-report/app 1 --limit 50",
        "paicha evidence paicha-report/app 1 --all --format json",
    ),
    "sql": (
        "paicha sql paicha-report/app",
        'paicha sql paicha-report/app "select host_ip, count(*) from records group by all"',
    ),
    "compare": ("paicha compare paicha-report/before paicha-report/after --fail-on new",),
    "change": ("paicha change app.log --from 10:30 --to 10:50 --baseline yesterday",),
    "audit": ("paicha audit incident.md --case paicha-report/app",),
    "extend": ("paicha extend paicha-report/app app.log.2.gz",),
}
