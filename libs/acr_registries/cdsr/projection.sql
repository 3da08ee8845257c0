-- The typed tables of this registry: always the current version of each record, written by the
-- consumer in the transaction that stores the version.
-- Made of the declaration by `python -m acr_registries.projection_files`; not edited by hand.

CREATE SCHEMA cdsr;

CREATE TABLE cdsr.submissions (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    version_no bigint NOT NULL,
    status text NOT NULL,
    contract_version text,
    submission_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    incomplete_findings bigint NOT NULL,
    warning_findings bigint NOT NULL,
    appid text,
    dartprojectid text,
    projectname text,
    programdartid text,
    mediatype text,
    creationdate timestamptz,
    modificationdate timestamptz,
    providertype text,
    dsn text,
    npifp text,
    npiop text,
    datefurnishedservice timestamptz,
    dateordered timestamptz,
    subscriberid text,
    PRIMARY KEY (partner_id, header_id)
);

CREATE TABLE cdsr.consultations (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    schema_name text NOT NULL,
    facilityid text NOT NULL,
    facilitycategory text,
    location text,
    censusregion text,
    volumegroup text,
    ordersetting text NOT NULL,
    emrvendor text,
    first_rating text,
    first_score bigint,
    final_rating text,
    final_score bigint,
    final_procedurecode text,
    final_modality text,
    final_adherence text,
    expected_modifier text,
    advanced_imaging boolean,
    auc_eligible boolean,
    priority_area text,
    ordered boolean,
    not_ordered boolean,
    changed boolean,
    changed_exam boolean,
    shown boolean,
    change_counted boolean,
    alternatives_shown boolean,
    improved boolean,
    overridden boolean,
    performed_as_changed boolean,
    exception_claimed boolean,
    consultation_unknown boolean,
    consultation_told boolean,
    text_suspect boolean,
    consultationid text,
    consultationdatetime timestamptz,
    cdsmcode text,
    cdsmversion text,
    channel text,
    mode text,
    consultedby text,
    exceptioncode text,
    authorid text,
    opnpi text,
    oprole text,
    opspecialty text,
    opgroupid text,
    patientpseudonym text,
    patientage bigint,
    patientsex text,
    payertype text,
    emergencycondition boolean,
    finalaction text,
    finalseq bigint,
    orderid text,
    orderdatetime timestamptz,
    overridereason text,
    overridetext text,
    acknowledged boolean,
    secondstoclose bigint,
    performed boolean,
    performedcode text,
    furnisheddatetime timestamptz,
    fpnpi text,
    facilitynpi text,
    accession text,
    reportedmodifier text,
    reportedgcode text,
    findingpositive text,
    rscan_projectid text,
    rscan_phase text,
    rscan_topic text,
    rscan_value text,
    PRIMARY KEY (partner_id, header_id)
);

CREATE TABLE cdsr.requests (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    request_no bigint NOT NULL,
    seq bigint NOT NULL,
    procedurecode text NOT NULL,
    proceduresystem text NOT NULL,
    modality text NOT NULL,
    bodyregion text,
    contrast text,
    indicationcode text,
    indicationsystem text,
    indicationtext text,
    prioritarea text,
    rating text,
    score bigint,
    adherence text,
    criterionid text,
    strengthofevidence text,
    relativeradiation bigint,
    conflictlocalpolicy boolean,
    adherence_outcome text,
    advanced_imaging boolean,
    priority_area text,
    PRIMARY KEY (partner_id, header_id, request_no)
);

CREATE TABLE cdsr.alternatives (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    request_no bigint NOT NULL,
    alternative_no bigint NOT NULL,
    procedurecode text NOT NULL,
    score bigint,
    PRIMARY KEY (partner_id, header_id, request_no, alternative_no)
);

CREATE TABLE cdsr.codes (
    list text NOT NULL,
    code text NOT NULL,
    meaning text NOT NULL,
    since text,
    until text,
    PRIMARY KEY (list, code)
);

CREATE TABLE cdsr.thresholds (
    name text NOT NULL,
    value double precision NOT NULL,
    unit text NOT NULL,
    meaning text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (name)
);

ALTER TABLE cdsr.consultations ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES cdsr.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE cdsr.requests ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES cdsr.consultations (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE cdsr.alternatives ADD FOREIGN KEY (partner_id, header_id, request_no)
    REFERENCES cdsr.requests (partner_id, header_id, request_no) ON DELETE CASCADE;
-- Ordering and furnishing messages of one consultation find each other by it.
CREATE INDEX submissions_partner_id_dsn ON cdsr.submissions (partner_id, dsn);
-- Measures of one site in a span of time.
CREATE INDEX consultations_facilityid_consultationdatetime ON cdsr.consultations (facilityid, consultationdatetime);
-- Scorecards of one clinician, and exams that carry no number of their consultation.
CREATE INDEX consultations_opnpi_consultationdatetime ON cdsr.consultations (opnpi, consultationdatetime);
-- Cases of one R-SCAN project, before and after education.
CREATE INDEX consultations_rscan_projectid ON cdsr.consultations (rscan_projectid);
-- Pairs of exam and indication, for the indication report.
CREATE INDEX requests_procedurecode_indicationcode ON cdsr.requests (procedurecode, indicationcode);

COMMENT ON TABLE cdsr.submissions IS
    'One row for each record: its current version, with the header''s elements. Key: partner_id, header_id.';
COMMENT ON COLUMN cdsr.submissions.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN cdsr.submissions.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN cdsr.submissions.version_no IS
    'The current version, the header''s `versionno`.';
COMMENT ON COLUMN cdsr.submissions.status IS
    'complete, incomplete (a finding of that severity), in_progress or cancelled (as the sender says), or unreadable (today''s declaration cannot read the body; the record is kept).';
COMMENT ON COLUMN cdsr.submissions.contract_version IS
    'Contract version by which the body was read.';
COMMENT ON COLUMN cdsr.submissions.submission_id IS
    'Submission that brought the version.';
COMMENT ON COLUMN cdsr.submissions.received_at IS
    'When the gateway received it.';
COMMENT ON COLUMN cdsr.submissions.incomplete_findings IS
    'Findings that call it incomplete.';
COMMENT ON COLUMN cdsr.submissions.warning_findings IS
    'Findings that warn.';
COMMENT ON COLUMN cdsr.submissions.appid IS
    'Application that sent it, the header''s `appid`.';
COMMENT ON COLUMN cdsr.submissions.dartprojectid IS
    'Project of the sender, the header''s `dartprojectid`.';
COMMENT ON COLUMN cdsr.submissions.projectname IS
    'Name of that project, the header''s `projectname`.';
COMMENT ON COLUMN cdsr.submissions.programdartid IS
    'Program at the registry, the header''s `programdartid`.';
COMMENT ON COLUMN cdsr.submissions.mediatype IS
    'Form of the data at its source, the header''s `mediatype`.';
COMMENT ON COLUMN cdsr.submissions.creationdate IS
    'When the sender made the record.';
COMMENT ON COLUMN cdsr.submissions.modificationdate IS
    'When the sender last changed the record.';
COMMENT ON COLUMN cdsr.submissions.providertype IS
    'Element of programspecificdata. Which side of the order sends the record; the original address ends in it. Codes: list provider_types. Sent as `providertype`. Source: 3.2, A; op assumed.';
COMMENT ON COLUMN cdsr.submissions.dsn IS
    'Element of programspecificdata. Decision support number: the tool''s own number of the consultation, free in form (number, GUID or URN). Sent as `dsn`. Source: 3.2, A.';
COMMENT ON COLUMN cdsr.submissions.npifp IS
    'Element of programspecificdata. National Provider Identifier of the furnishing professional. Other than ten digits with a check digit is only warned of. Sent as `npifp`. Source: 3.2, A.';
COMMENT ON COLUMN cdsr.submissions.npiop IS
    'Element of programspecificdata. National Provider Identifier of the ordering professional. Sent as `npiop`. Source: 3.2, assumed.';
COMMENT ON COLUMN cdsr.submissions.datefurnishedservice IS
    'Element of programspecificdata. When the service was furnished. Sent as `datefurnishedservice`. Source: 3.2, A.';
COMMENT ON COLUMN cdsr.submissions.dateordered IS
    'Element of programspecificdata. When the exam was ordered. Sent as `dateordered`. Source: 3.2, assumed.';
COMMENT ON COLUMN cdsr.submissions.subscriberid IS
    'Element of programspecificdata. The patient''s number at the insurer. Protected: it appears in no log, report or export. Sent as `subscriberid`. Source: 3.2, A.';
COMMENT ON TABLE cdsr.consultations IS
    'One run of clinical decision support: where, about whom, what the tool said, what was ordered and what was done.';
COMMENT ON COLUMN cdsr.consultations.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN cdsr.consultations.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN cdsr.consultations.schema_name IS
    'Names this form of the payload. A payload without it, or with another name, is kept as it is. Codes: list payload_schemas. Sent as `schema`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.facilityid IS
    'The submitting site''s number in the national radiology data registry. Sent as `facilityid`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.facilitycategory IS
    'Kind of the submitting site; else it is taken from the site''s registration. Codes: list facility_categories. Sent as `facilitycategory`. Source: 3.3, R, S.';
COMMENT ON COLUMN cdsr.consultations.location IS
    'Kind of place where the site is; else it is taken from the site''s registration. Codes: list locations. Sent as `location`. Source: 3.3, R, S.';
COMMENT ON COLUMN cdsr.consultations.censusregion IS
    'Census region of the site; else it is taken from the site''s registration. Codes: list census_regions. Sent as `censusregion`. Source: 3.3, R, S; spelling assumed.';
COMMENT ON COLUMN cdsr.consultations.volumegroup IS
    'Size of the site by exams a year; else it is taken from the site''s registration. Codes: list volume_groups. Sent as `volumegroup`. Source: 3.3, R, S; names assumed.';
COMMENT ON COLUMN cdsr.consultations.ordersetting IS
    'Where the order was placed. Codes: list order_settings. Sent as `ordersetting`. Source: 3.3, C; inpatient and observation assumed.';
COMMENT ON COLUMN cdsr.consultations.emrvendor IS
    'Vendor of the electronic record system. Sent as `emrvendor`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.first_rating IS
    'Rating of the request that was evaluated first. Computed by the registry, never sent. Source: 5, J.';
COMMENT ON COLUMN cdsr.consultations.first_score IS
    'Score of the request that was evaluated first. Computed by the registry, never sent. Source: 5, J.';
COMMENT ON COLUMN cdsr.consultations.final_rating IS
    'Rating of the request that was ordered, or, where none was, of the first. Computed by the registry, never sent. Source: 5, J.';
COMMENT ON COLUMN cdsr.consultations.final_score IS
    'Score of the request that was ordered, or, where none was, of the first. Computed by the registry, never sent. Source: 5, J.';
COMMENT ON COLUMN cdsr.consultations.final_procedurecode IS
    'Code of the request that was ordered, or, where none was, of the first. Computed by the registry, never sent. Source: 5, J.';
COMMENT ON COLUMN cdsr.consultations.final_modality IS
    'Modality of the request that was ordered, or, where none was, of the first. Computed by the registry, never sent. Source: 5, J.';
COMMENT ON COLUMN cdsr.consultations.final_adherence IS
    'Three-way outcome of the request that the decision is about. Computed by the registry, never sent. Source: 3.4, C; middle band assumed.';
COMMENT ON COLUMN cdsr.consultations.expected_modifier IS
    'Claim modifier that fits the outcome: the exception, or ME, MF or MG. Computed by the registry, never sent. Source: 3.4, C; middle band assumed.';
COMMENT ON COLUMN cdsr.consultations.advanced_imaging IS
    'Whether the exam decided on is CT, MR, nuclear medicine or PET. Computed by the registry, never sent. Source: D26, C.';
COMMENT ON COLUMN cdsr.consultations.auc_eligible IS
    'Whether the appropriate use programme looked at it: advanced imaging, its settings, Medicare fee for service. Computed by the registry, never sent. Source: D27, C.';
COMMENT ON COLUMN cdsr.consultations.priority_area IS
    'Priority clinical area of the exam decided on; none outside all eight. Computed by the registry, never sent. Source: D28, C; indications assumed.';
COMMENT ON COLUMN cdsr.consultations.ordered IS
    'Whether an order was signed. Computed by the registry, never sent. Source: 5, J, L.';
COMMENT ON COLUMN cdsr.consultations.not_ordered IS
    'Whether the order was given up, or never placed. Computed by the registry, never sent. Source: CD7, L.';
COMMENT ON COLUMN cdsr.consultations.changed IS
    'Whether another request was ordered than the first. Computed by the registry, never sent. Source: CD6, L.';
COMMENT ON COLUMN cdsr.consultations.changed_exam IS
    'Whether another exam or protocol was ordered; a new reason alone does not count. Computed by the registry, never sent. Source: 5.1, assumed.';
COMMENT ON COLUMN cdsr.consultations.shown IS
    'Whether the answer was shown. Computed by the registry, never sent. Source: D25, L.';
COMMENT ON COLUMN cdsr.consultations.change_counted IS
    'Whether the order was changed or given up after the answer was shown. Computed by the registry, never sent. Source: CD6 and D25, L.';
COMMENT ON COLUMN cdsr.consultations.alternatives_shown IS
    'Whether another exam was shown beside the first request''s score. Computed by the registry, never sent. Source: CD6b, L.';
COMMENT ON COLUMN cdsr.consultations.improved IS
    'Whether a changed order has a greater score than the first request. Computed by the registry, never sent. Source: CD8, assumed.';
COMMENT ON COLUMN cdsr.consultations.overridden IS
    'Whether an exam was ordered that the tool rates not_appropriate. Computed by the registry, never sent. Source: CD9, L.';
COMMENT ON COLUMN cdsr.consultations.performed_as_changed IS
    'Whether another exam was done than was ordered. Computed by the registry, never sent. Source: D29, I.';
COMMENT ON COLUMN cdsr.consultations.exception_claimed IS
    'Whether an exception or hardship stands in for the consultation. Computed by the registry, never sent. Source: CD14, C.';
COMMENT ON COLUMN cdsr.consultations.consultation_unknown IS
    'Whether the claim says that the consultation is not known. Computed by the registry, never sent. Source: CD15, C.';
COMMENT ON COLUMN cdsr.consultations.consultation_told IS
    'Whether there is an outcome of the tool or a valid exception. Computed by the registry, never sent. Source: CD11, C.';
COMMENT ON COLUMN cdsr.consultations.text_suspect IS
    'Whether a free text may tell who the patient is; hold it back from reports and exports. Computed by the registry, never sent. Source: D32, assumed.';
COMMENT ON COLUMN cdsr.consultations.consultationid IS
    'Number of the consultation; the same as the header''s dsn. Sent as `consultationid`. Source: 3.3, J, I, A.';
COMMENT ON COLUMN cdsr.consultations.consultationdatetime IS
    'When the tool was consulted. Sent as `consultationdatetime`. Source: 3.3, J.';
COMMENT ON COLUMN cdsr.consultations.cdsmcode IS
    'G-code of the tool. Codes: list cdsm_gcodes. Sent as `cdsmcode`. Source: 3.3, C, E, J.';
COMMENT ON COLUMN cdsr.consultations.cdsmversion IS
    'Version of the tool or of its content. Sent as `cdsmversion`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.channel IS
    'How the consultation reached the tool. Codes: list channels. Sent as `channel`. Source: 3.3, E; names assumed.';
COMMENT ON COLUMN cdsr.consultations.mode IS
    'Whether the answer was shown. A silent one cannot have changed an order. Codes: list modes. Sent as `mode`. Source: 3.3, L.';
COMMENT ON COLUMN cdsr.consultations.consultedby IS
    'Who worked with the tool. Codes: list consulters. Sent as `consultedby`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.exceptioncode IS
    'Why no tool was consulted. Codes: list exception_codes. Sent as `exceptioncode`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.authorid IS
    'Who wrote the criterion: acr, acc, nccn or another provider-led entity. Sent as `authorid`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.opnpi IS
    'National Provider Identifier of the ordering professional, with its check digit. Sent as `opnpi`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.oprole IS
    'The orderer''s role. Codes: list op_roles. Sent as `oprole`. Source: 3.3, L; list assumed.';
COMMENT ON COLUMN cdsr.consultations.opspecialty IS
    'The orderer''s specialty, as a taxonomy code or a name. Sent as `opspecialty`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.opgroupid IS
    'Number of the orderer''s group or department. Sent as `opgroupid`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.patientpseudonym IS
    'A number of the sender''s own for the patient; never the medical record number. Sent as `patientpseudonym`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.patientage IS
    'Age at the consultation, in whole years. Unit: years. Sent as `patientage`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.patientsex IS
    'Sex. Codes: list sexes. Sent as `patientsex`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.payertype IS
    'Who pays. Codes: list payer_types. Sent as `payertype`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.emergencycondition IS
    'Whether an emergency condition was suspected or confirmed. Sent as `emergencycondition`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.finalaction IS
    'Whether the request was ordered as it was, changed, or given up. Codes: list final_actions. Sent as `finalaction`. Source: 3.3, J, L; list assumed.';
COMMENT ON COLUMN cdsr.consultations.finalseq IS
    'seq of the request that was ordered. Sent as `finalseq`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.orderid IS
    'Placer order number. Sent as `orderid`. Source: 3.3, I.';
COMMENT ON COLUMN cdsr.consultations.orderdatetime IS
    'When the order was signed. Sent as `orderdatetime`. Source: 3.3, I.';
COMMENT ON COLUMN cdsr.consultations.overridereason IS
    'Why an exam was ordered against a low score. Codes: list override_reasons. Sent as `overridereason`. Source: 3.3, L.';
COMMENT ON COLUMN cdsr.consultations.overridetext IS
    'More about the reason, without anything that tells who the patient is. Sent as `overridetext`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.acknowledged IS
    'Whether the clinician saw the alert. Sent as `acknowledged`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.secondstoclose IS
    'Time from the tool''s answer until it was closed. Unit: s. Sent as `secondstoclose`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.consultations.performed IS
    'Whether an exam was done. Sent as `performed`. Source: 3.3, L.';
COMMENT ON COLUMN cdsr.consultations.performedcode IS
    'Code of the exam that was done, in the system of the ordered request''s. Sent as `performedcode`. Source: 3.3, I.';
COMMENT ON COLUMN cdsr.consultations.furnisheddatetime IS
    'When the service was furnished; the same as the header''s datefurnishedservice. Sent as `furnisheddatetime`. Source: 3.3, A; when assumed.';
COMMENT ON COLUMN cdsr.consultations.fpnpi IS
    'National Provider Identifier of the furnishing professional. Sent as `fpnpi`. Source: 3.3, C; when assumed.';
COMMENT ON COLUMN cdsr.consultations.facilitynpi IS
    'National Provider Identifier of the furnishing facility, where it bills by one. Sent as `facilitynpi`. Source: 3.3, C; when assumed.';
COMMENT ON COLUMN cdsr.consultations.accession IS
    'A pseudonym of the accession number. Sent as `accession`. Source: 3.3, I.';
COMMENT ON COLUMN cdsr.consultations.reportedmodifier IS
    'Modifier by which the claim told of the consultation. Codes: list claim_modifiers. Sent as `reportedmodifier`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.reportedgcode IS
    'G-code of the tool on the claim. Codes: list cdsm_gcodes. Sent as `reportedgcode`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.consultations.findingpositive IS
    'Whether the exam found what it looked for. Codes: list finding_results. Sent as `findingpositive`. Source: 3.3, L.';
COMMENT ON COLUMN cdsr.consultations.rscan_projectid IS
    'Number of the project. Sent as `projectid`. Source: 3.3, R.';
COMMENT ON COLUMN cdsr.consultations.rscan_phase IS
    'When in the project the case was rated. Codes: list rscan_phases. Sent as `phase`. Source: 3.3, R, L.';
COMMENT ON COLUMN cdsr.consultations.rscan_topic IS
    'The project''s topic. Codes: list rscan_topics. Sent as `topic`. Source: 3.3, R, L; short names assumed.';
COMMENT ON COLUMN cdsr.consultations.rscan_value IS
    'Value of the case: high, medium or low. Codes: list rscan_values. Sent as `value`. Source: 3.3, L.';
COMMENT ON TABLE cdsr.requests IS
    'One request that the tool evaluated: an exam, a reason, and what the tool said.';
COMMENT ON COLUMN cdsr.requests.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN cdsr.requests.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN cdsr.requests.request_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN cdsr.requests.seq IS
    'Its place in the order of evaluation; 1 is what the clinician first wanted. Sent as `seq`. Source: 3.3, J.';
COMMENT ON COLUMN cdsr.requests.procedurecode IS
    'Code of the exam: five characters in CPT and HCPCS. Sent as `procedurecode`. Source: 3.3, J; length of other systems'' codes assumed.';
COMMENT ON COLUMN cdsr.requests.proceduresystem IS
    'Where the procedure code comes from. Codes: list procedure_systems. Sent as `proceduresystem`. Source: 3.3, J.';
COMMENT ON COLUMN cdsr.requests.modality IS
    'Kind of imaging. Codes: list modalities. Sent as `modality`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.requests.bodyregion IS
    'Part of the body. Sent as `bodyregion`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.requests.contrast IS
    'Use of contrast agent. Codes: list contrasts. Sent as `contrast`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.requests.indicationcode IS
    'Code of the reason for the exam. Sent as `indicationcode`. Source: 3.3, J; length assumed.';
COMMENT ON COLUMN cdsr.requests.indicationsystem IS
    'Where the indication code comes from. Codes: list indication_systems. Sent as `indicationsystem`. Source: 3.3, J.';
COMMENT ON COLUMN cdsr.requests.indicationtext IS
    'The reason for the exam in words, without anything that tells who the patient is. Sent as `indicationtext`. Source: 3.3, J, I.';
COMMENT ON COLUMN cdsr.requests.prioritarea IS
    'Priority clinical area in the sender''s view. The registry derives its own from the indication. Codes: list priority_areas. Sent as `prioritarea`. Source: 3.3, C.';
COMMENT ON COLUMN cdsr.requests.rating IS
    'What the tool said of the request. Codes: list ratings. Sent as `rating`. Source: 3.3, J, F, L.';
COMMENT ON COLUMN cdsr.requests.score IS
    'The tool''s score, from 1 (least appropriate) to 9. Sent as `score`. Source: 3.3, E, R.';
COMMENT ON COLUMN cdsr.requests.adherence IS
    'The tool''s own three-way outcome; where it is absent, it is derived from the rating. Codes: list adherences. Sent as `adherence`. Source: 3.4, C; name and codes assumed.';
COMMENT ON COLUMN cdsr.requests.criterionid IS
    'Criterion or topic that the tool applied. Sent as `criterionid`. Source: 3.3, J.';
COMMENT ON COLUMN cdsr.requests.strengthofevidence IS
    'How strong the evidence behind the criterion is. Codes: list evidence_strengths. Sent as `strengthofevidence`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.requests.relativeradiation IS
    'Relative radiation level of the exam, 0 for none. Sent as `relativeradiation`. Source: 3.3, assumed.';
COMMENT ON COLUMN cdsr.requests.conflictlocalpolicy IS
    'Whether the tool''s advice conflicts with local practice. Sent as `conflictlocalpolicy`. Source: 3.3, L.';
COMMENT ON COLUMN cdsr.requests.adherence_outcome IS
    'The tool''s three-way outcome, or the one that the rating stands for. Computed by the registry, never sent. Source: 3.4, C; middle band assumed.';
COMMENT ON COLUMN cdsr.requests.advanced_imaging IS
    'Whether the exam is CT, MR, nuclear medicine or PET. Computed by the registry, never sent. Source: D26, C.';
COMMENT ON COLUMN cdsr.requests.priority_area IS
    'Priority clinical area of the indication; none outside all eight. Computed by the registry, never sent. Source: D28, C; indications assumed.';
COMMENT ON TABLE cdsr.alternatives IS
    'Another exam that the tool offered for a request.';
COMMENT ON COLUMN cdsr.alternatives.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN cdsr.alternatives.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN cdsr.alternatives.request_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN cdsr.alternatives.alternative_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN cdsr.alternatives.procedurecode IS
    'Code of the exam, in the system of the request''s. Sent as `procedurecode`. Source: 3.3, J, L.';
COMMENT ON COLUMN cdsr.alternatives.score IS
    'The tool''s score of the exam, from 1 to 9. Sent as `score`. Source: 3.3, J, L; need assumed.';
COMMENT ON TABLE cdsr.codes IS
    'The registry''s code lists: join a coded column on list and code. Key: list, code.';
COMMENT ON COLUMN cdsr.codes.list IS
    'The code list.';
COMMENT ON COLUMN cdsr.codes.code IS
    'The code, as columns hold it.';
COMMENT ON COLUMN cdsr.codes.meaning IS
    'What the code says.';
COMMENT ON COLUMN cdsr.codes.since IS
    'First contract version that has it; empty: the first of all.';
COMMENT ON COLUMN cdsr.codes.until IS
    'Last contract version that has it; empty: the current one.';
COMMENT ON TABLE cdsr.thresholds IS
    'The figures that the registry''s rules compare with. Key: name.';
COMMENT ON COLUMN cdsr.thresholds.name IS
    'The threshold.';
COMMENT ON COLUMN cdsr.thresholds.value IS
    'The figure that rules compare with.';
COMMENT ON COLUMN cdsr.thresholds.unit IS
    'Its unit; empty where it has none.';
COMMENT ON COLUMN cdsr.thresholds.meaning IS
    'What it is for.';
COMMENT ON COLUMN cdsr.thresholds.source IS
    'Where it comes from.';
GRANT USAGE ON SCHEMA cdsr TO acr_reader, acr_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA cdsr TO acr_reader;
GRANT SELECT, INSERT, DELETE ON cdsr.submissions, cdsr.consultations, cdsr.requests, cdsr.alternatives TO acr_writer;
