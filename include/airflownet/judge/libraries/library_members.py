"""Names of the attributes of library objects that DAG files build at module level, as of pendulum 3."""

from __future__ import annotations

from typing import Final

_DATE_TIME: Final = """
EPOCH add age astimezone at average closest combine create ctime date day day_of_week day_of_year
days_in_month diff diff_for_humans dst end_of farthest first_of float_timestamp fold for_json format
fromisocalendar fromisoformat fromordinal fromtimestamp get_offset hour in_timezone in_tz instance
int_timestamp is_anniversary is_birthday is_dst is_future is_leap_year is_local is_long_year is_past
is_same_day is_utc isocalendar isoformat isoweekday last_of max microsecond min minute month naive next now
nth_of offset offset_hours on previous quarter replace resolution second set start_of strftime strptime
subtract time timestamp timetuple timetz timezone timezone_name to_atom_string to_cookie_string
to_date_string to_datetime_string to_day_datetime_string to_formatted_date_string to_iso8601_string
to_rfc1036_string to_rfc1123_string to_rfc2822_string to_rfc3339_string to_rfc822_string to_rfc850_string
to_rss_string to_time_string to_w3c_string today toordinal tz tzinfo tzname utcfromtimestamp utcnow
utcoffset utctimetuple week_of_month week_of_year weekday year
"""
_DURATION: Final = """
as_timedelta days hours in_days in_hours in_minutes in_seconds in_weeks in_words invert max microseconds min
minutes months remaining_days remaining_seconds resolution seconds total_days total_hours total_minutes
total_seconds total_weeks weeks years
"""
DATE_TIME: Final = frozenset(_DATE_TIME.split())
DURATION: Final = frozenset(_DURATION.split())
