"""Whom a line names: short names only where the line says that it is called, and no tables of SQL."""

from __future__ import annotations

import pytest

from paicha.analysis.suspects.logged import patterns_of


@pytest.mark.parametrize(
    ("name", "line", "named"),
    [
        ("sso", "sso returned 503 for login of user 7", True),
        ("kv", "rpc to kv failed: connection reset by peer", True),
        ("kv", "write to kv timed out", True),
        ("sso", "login by sso", False),
        ("kv", "kv pairs: 7", False),
        ("/logs/支付服务.log", "调用支付服务失败，订单 7", True),
        ("支付服务", "调用支付服务失败，订单 7", True),
        ("支付服务", "支付服务返回 500", True),
        ("支付服务", "上游 支付服务 不可用", True),
        ("支付服务", "订单支付服务返回 500", False),
        ("支付", "已支付订单 7", False),
        ("支付", "支付失败，余额不足", False),
        ("支付", "调用支付失败", True),
        ("/logs/pricing.log", "pricing returned 500", True),
        ("/logs/error.log", "an error of the server", False),
        ("pricing-2026-03-05.log", "pricing returned 500", True),
    ],
)
def test_who_is_called_is_named(name: str, line: str, *, named: bool) -> None:
    """By a name of two letters, or by that of the file where a program names itself nowhere."""
    assert named == bool(patterns_of([name])[name].search(line))
