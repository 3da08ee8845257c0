"""The catalogue: every metric of every service, in one place. Labels are of bounded sets only."""

from prometheus_client import Info

from acr_domain.error_classes import ErrorClass
from acr_domain.oddities import Oddity
from acr_telemetry.labelled import Counter, Gauge, Histogram

# Bounds around what people feel: a few milliseconds at rest, ten seconds at the end of a wait.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_BYTES = (256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304)

BUILD = Info("acr_build", "Version and service of this process.")
DRAINING = Gauge("acr_draining", "1 while the service finishes its work before it ends.")
WORKER_RESTARTS = Counter(
    "acr_worker_restarts_total", "Times that this worker was started again, having been killed."
)
NEIGHBOUR_UP = Gauge(
    "acr_neighbour_up", "1 while a neighbour (kafka, postgres, results) answers.", ["neighbour"]
)

HTTP_REQUESTS = Counter(
    "acr_http_requests_total", "HTTP requests answered.", ["route", "method", "status"]
)
HTTP_SECONDS = Histogram(
    "acr_http_request_duration_seconds",
    "Time from a request's headers to the end of its answer.",
    ["route"],
    buckets=_SECONDS,
)
HTTP_IN_FLIGHT = Gauge("acr_http_requests_in_flight", "HTTP requests in work.")

SUBMISSIONS_RECEIVED = Counter(
    "acr_submissions_received_total", "Submissions whose address names a registry.", ["registry"]
)
SUBMISSIONS_REFUSED = Counter(
    "acr_submissions_refused_total",
    "Submissions not appended, by kind of problem.",
    ["registry", "problem"],
)
SUBMISSIONS_ANSWERED = Counter(
    "acr_submissions_answered_total",
    "Appended submissions answered, by verdict, or pending where the wait ended first.",
    ["registry", "verdict"],
)
SUBMISSION_BYTES = Histogram(
    "acr_submission_body_bytes", "Size of the bodies taken.", ["registry"], buckets=_BYTES
)
APPEND_SECONDS = Histogram(
    "acr_append_duration_seconds",
    "Time until the brokers acknowledge a submission, or what a stream has taken meanwhile.",
    ["registry"],
    buckets=_SECONDS,
)
RESULT_WAIT_SECONDS = Histogram(
    "acr_result_wait_duration_seconds",
    "Time from the acknowledgement to the result, where it came in time.",
    ["registry"],
    buckets=_SECONDS,
)
VALIDATIONS = Counter(
    "acr_validations_total",
    "Submissions checked and not kept, by what they would become, or by kind of problem.",
    ["registry", "outcome"],
)
SUBMISSIONS_IN_FLIGHT = Gauge("acr_submissions_in_flight", "Submissions in work.")
ADMISSION_WAITING = Gauge(
    "acr_admission_waiting", "Submissions and streams that wait for their turn or a place."
)
ADMISSION_REFUSED = Counter(
    "acr_admission_refused_total",
    "Refusals for want of room: share (the partner's), full, streams, memory.",
    ["reason"],
)
INFLATED_BYTES = Counter(
    "acr_inflated_bytes_total", "Bytes that compressed bodies became.", ["coding"]
)
STREAMS_OPEN = Gauge("acr_streams_open", "Streams of submissions in work.", ["registry"])
STREAM_LINES = Counter(
    "acr_stream_lines_total",
    "Lines of streams answered, by verdict, or pending, or refused.",
    ["registry", "outcome"],
)
UPLOAD_NOTES = Counter(
    "acr_upload_notes_total",
    "Notes of how far uploads are: noted by a gateway, kept or unreadable at a consumer.",
    ["registry", "outcome"],
)
HANG_UPS = Counter(
    "acr_hang_ups_total", "Senders that went away while they waited; their data is kept."
)
RESULTS_UNREADABLE = Counter(
    "acr_results_unreadable_total", "Records of the results topic that are no results."
)
RESULTS_UNEXPECTED = Counter(
    "acr_results_unexpected_total",
    "Results that nobody here waits for: repeats, waits that ended, another gateway's senders.",
)

ARRIVALS_SETTLED = Counter(
    "acr_arrivals_settled_total", "Arrivals settled, by verdict.", ["registry", "verdict"]
)
BATCH_ARRIVALS = Histogram(
    "acr_batch_arrivals", "Arrivals settled in one transaction.", ["registry"], buckets=_RECORDS
)
BATCH_SECONDS = Histogram(
    "acr_batch_settle_duration_seconds",
    "Time to settle a batch, from its first statement to its commit.",
    ["registry"],
    buckets=_SECONDS,
)
PROJECTION_ROWS = Counter(
    "acr_projection_rows_total", "Rows written to the registry's typed tables.", ["registry"]
)
PROJECTIONS_UNREADABLE = Counter(
    "acr_projections_unreadable_total",
    "Records whose body today's declaration cannot read; their tables have the root row alone.",
    ["registry"],
)
RESULTS_ANNOUNCED = Counter(
    "acr_results_announced_total", "Results acknowledged by the brokers, repeats too.", ["registry"]
)
RESULTS_REPEATED = Counter(
    "acr_results_repeated_total", "Results announced again after a start or trouble.", ["registry"]
)
DEAD_LETTERS = Counter(
    "acr_dead_letters_total", "Arrivals that no retry can settle.", ["registry", "error_class"]
)
LOG_OFFSETS_MISSING = Counter(
    "acr_log_offsets_missing_total",
    "Offsets without a record where one was due: deleted or compacted away.",
    ["registry"],
)
CONSUMER_STOPPED = Gauge(
    "acr_consumer_stopped",
    "1 while the consumer settles nothing because too much would go to the dead letters.",
    ["registry"],
)
DEAD_LETTERS_OPEN = Gauge(
    "acr_dead_letters_open",
    "Dead letters that nobody has redriven or discarded, as counted once a minute.",
    ["registry", "error_class"],
)
REPLAY_IDLE_SECONDS = Gauge(
    "acr_replay_idle_seconds",
    "How long a replay that is not at its end has stood still, the stillest one; 0 where there is none.",
    ["registry"],
)
LOG_UNKNOWN = Gauge(
    "acr_consumer_log_unknown",
    "1 while the consumer settles nothing because the log is not the one that it settled, or amendments were lost.",
    ["registry"],
)
AMENDMENTS_TAKEN_IN = Counter(
    "acr_amendments_taken_in_total",
    "Amendments of the topic that a restored database lacked, applied where they were.",
    ["registry"],
)
AMENDMENTS_UNREADABLE = Counter(
    "acr_amendments_unreadable_total",
    "Records of the topic of amendments that are none; passed over.",
    ["registry"],
)
ARRIVALS_ODD = Counter(
    "acr_arrivals_odd_total",
    "Arrivals settled whose headers or time no gateway would have written, by what is odd.",
    ["registry", "oddity"],
)
BATCHES_SPLIT = Counter(
    "acr_batches_split_total", "Batches halved to find an arrival that cannot settle.", ["registry"]
)
BATCHES_FENCED = Counter(
    "acr_batches_fenced_total",
    "Batches given up, another consumer having settled them.",
    ["registry"],
)
RETRIES = Counter(
    "acr_consumer_retries_total", "Turns repeated because a neighbour was down.", ["registry"]
)
REPLAY_ARRIVALS = Counter(
    "acr_replay_arrivals_total", "Arrivals that a replay has looked at again.", ["registry"]
)
REPLAY_AMENDMENTS = Counter(
    "acr_replay_amendments_total",
    "Arrivals that count as something else since a replay, by verdict; in a dry run: would count.",
    ["registry", "verdict"],
)
REPLAY_LETTERS = Counter(
    "acr_replay_dead_letters_total",
    "Dead letters that a replay met and could not settle either.",
    ["registry"],
)
REPLAY_PROGRESS = Gauge(
    "acr_replay_progress_ratio", "Share of a replay's stretch that is done.", ["registry"]
)
REPLAY_REMAINING = Gauge(
    "acr_replay_remaining_offsets", "Offsets that a replay has still before it.", ["registry"]
)
LAG_RECORDS = Gauge(
    "acr_consumer_lag_records", "Records appended but not settled.", ["registry", "partition"]
)
LAG_SECONDS = Gauge(
    "acr_consumer_lag_seconds",
    "Age of the last arrival settled while more wait behind it; 0 when caught up.",
    ["registry"],
)
OLDEST_UNSETTLED_SECONDS = Gauge(
    "acr_oldest_unsettled_age_seconds",
    "Age of the oldest arrival in hand that is not settled; 0 when none is.",
    ["registry"],
)
PARTITIONS_ASSIGNED = Gauge(
    "acr_consumer_assigned_partitions",
    "Partitions of the topic that are this process's.",
    ["registry"],
)

FEEDS_OPEN = Gauge(
    "acr_feeds_open",
    "Results feeds that are read at this moment: pages asked for, and streams.",
    ["registry", "form"],
)
FEED_RESULTS = Counter(
    "acr_feed_results_total", "Results given to readers of feeds.", ["registry", "form"]
)
FEED_READ_SECONDS = Histogram(
    "acr_feed_read_duration_seconds",
    "Time to read one page of results.",
    ["registry"],
    buckets=_SECONDS,
)
FEEDS_REFUSED = Counter(
    "acr_feeds_refused_total", "Feeds refused because too many are open.", ["registry"]
)


def show_from_the_beginning(registry: str) -> None:
    """Show a consumer's rare counters at 0: Prometheus takes no first count for an increase."""
    PROJECTIONS_UNREADABLE.labels(registry)
    AMENDMENTS_UNREADABLE.labels(registry)
    for error_class in ErrorClass:
        DEAD_LETTERS.labels(registry, error_class)
    for oddity in Oddity:
        ARRIVALS_ODD.labels(registry, oddity)
