from datetime import date

from feedback.metrics import last_days, last_months, last_year, month_of, period_before


def test_it_knows_the_month_of_a_day():
    assert month_of(date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))


def test_it_goes_back_over_the_turn_of_the_year():
    assert period_before(month_of(date(2026, 1, 31))) == (date(2025, 12, 1), date(2025, 12, 31))
    assert last_months(date(2026, 2, 28), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_it_counts_both_ends():
    assert last_days(date(2026, 3, 1), 1) == (date(2026, 3, 1), date(2026, 3, 1))
    assert last_days(date(2026, 3, 30), 30)[0] == date(2026, 3, 1)


def test_it_knows_a_year_that_ends_on_29_february():
    assert last_year(date(2024, 2, 29)) == (date(2023, 3, 1), date(2024, 2, 29))
    assert last_year(date(2026, 11, 22)) == (date(2025, 11, 23), date(2026, 11, 22))
