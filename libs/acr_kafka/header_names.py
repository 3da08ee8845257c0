"""Names of record headers: what people see with kcat or a Kafka UI."""

SUBMISSION_ID = "acr-submission-id"
REPLY_PARTITION = "acr-reply-partition"
CONTENT_TYPE = "content-type"
SCHEMA = "acr-schema"
VERDICT = "acr-verdict"
TRACEPARENT = "traceparent"
ERROR_PREFIX = "acr-error-"
