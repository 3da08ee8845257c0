"""Names of record headers: what people see with kcat or a Kafka UI."""

SUBMISSION_ID = "acr-submission-id"
REPLY_PARTITION = "acr-reply-partition"
CONTENT_TYPE = "content-type"
SCHEMA = "acr-schema"
VERDICT = "acr-verdict"
AMENDMENT = "acr-amendment"
UPLOAD_ID = "acr-upload-id"
UPLOAD_NOTE = "acr-upload-note"
TRACEPARENT = "traceparent"
ERROR_PREFIX = "acr-error-"
# On a record without a value that keeps the place of one that a restored topic did not hold.
PLACEHOLDER = "acr-placeholder"
# On a record that was put back into the log from what the database holds; tells how much of it.
RESTORED = "acr-restored"
