"""Are the years there that limits need today? Pure (F13)."""

from __future__ import annotations

from datetime import date, timedelta

from onething.deadlines.days import WorkingDays


def calendar_problems(calendar: WorkingDays, today: date, longest_limit: int) -> list[str]:
    """One sentence with file and cure for each year without a file: this one, and each that a limit of `longest_limit`
    working days that begins today reaches into (counted without holidays, so never later than it really does)."""
    reach = today + timedelta(days=1 + longest_limit * 7 // 5)
    return [
        f"缺少 catalogue/calendars/cn-{year}.yaml：今天起算的时限会用到 {year} 年。"
        f"国务院公布放假安排后，请照上一年的文件录入并写明依据；{_meanwhile(calendar)}"
        for year in range(today.year, reach.year + 1) if year not in calendar.years
    ]


def _meanwhile(calendar: WorkingDays) -> str:
    if calendar.provisional:
        return "在此之前，跨入这一年的时限标为暂定，文件到位后自动重新计算"
    return "在此之前，跨入这一年的申请不予收件（ONETHING_ALLOW_PROVISIONAL_CALENDAR 已关闭）"
