"""Functions of the standard library that are really called on known values."""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
ast.literal_eval base64.b16encode base64.b32encode base64.b64decode base64.b64encode
base64.urlsafe_b64decode base64.urlsafe_b64encode binascii.crc32 binascii.hexlify bisect.bisect
bisect.bisect_left bisect.bisect_right calendar.isleap calendar.leapdays calendar.monthrange
calendar.timegm calendar.weekday datetime.date datetime.date.fromisocalendar datetime.date.fromisoformat
datetime.date.fromordinal datetime.datetime datetime.datetime.combine datetime.datetime.fromisocalendar
datetime.datetime.fromisoformat datetime.datetime.strptime datetime.time datetime.time.fromisoformat
datetime.timedelta datetime.timezone decimal.Decimal decimal.Decimal.from_float fnmatch.filter
fnmatch.fnmatch html.escape html.unescape inspect.cleandoc json.loads keyword.iskeyword
logging.getLevelName math.ceil math.dist math.fabs math.floor math.fsum math.gcd math.hypot math.isclose
math.isnan math.lcm math.log math.log10 math.log2 math.modf math.sqrt math.trunc os.fspath
os.path.basename os.path.commonprefix os.path.dirname os.path.isabs os.path.join os.path.normpath
os.path.split os.path.splitdrive os.path.splitext posixpath.basename posixpath.commonprefix
posixpath.dirname posixpath.isabs posixpath.join posixpath.normpath posixpath.split posixpath.splitdrive
posixpath.splitext pprint.pformat re.escape shlex.join shlex.quote shlex.split statistics.fmean
statistics.mean statistics.median statistics.mode statistics.pstdev statistics.stdev str.maketrans
string.capwords textwrap.dedent textwrap.fill textwrap.indent textwrap.shorten textwrap.wrap
tomllib.loads unicodedata.normalize urllib.parse.parse_qs urllib.parse.parse_qsl urllib.parse.quote
urllib.parse.quote_plus urllib.parse.unquote urllib.parse.unquote_plus urllib.parse.urlencode
urllib.parse.urljoin urllib.parse.urlparse urllib.parse.urlsplit urllib.parse.urlunparse uuid.UUID
uuid.uuid3 uuid.uuid5 zlib.adler32 zlib.crc32
"""
PURE: Final = frozenset(_NAMES.split())
"""They have no effects, take time in proportion to their arguments, and give what Airflow would get."""
