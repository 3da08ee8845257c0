-- The typed tables of this registry: always the current version of each record, written by the
-- consumer in the transaction that stores the version.
-- Made of the declaration by `python -m acr_registries.projection_files`; not edited by hand.

CREATE SCHEMA pqrs;

CREATE TABLE pqrs.submissions (
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
    submissiontype text,
    performanceyear bigint,
    programversion text,
    facilityid text,
    tin text,
    npi text,
    entitytype text,
    recordcount bigint,
    PRIMARY KEY (partner_id, header_id)
);

CREATE TABLE pqrs.cases (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    case_no bigint NOT NULL,
    caseid text NOT NULL,
    measureid text NOT NULL,
    tin text,
    npi text,
    dateofservice date NOT NULL,
    patientid text NOT NULL,
    patientage bigint NOT NULL,
    patientsex text,
    procedurecodes text[] NOT NULL,
    diagnosiscodes text[] NOT NULL,
    placeofservice text,
    proceduremodifiers text[] NOT NULL,
    payer text NOT NULL,
    response text,
    stratum text,
    numericvalue double precision,
    reportsigneddatetime timestamptz,
    sourcesystem text,
    measure text,
    reporting_tin text,
    reporting_npi text,
    denominator_eligible boolean,
    performance_outcome text,
    outcome_rank bigint,
    counting_key text,
    in_program_population boolean,
    lower_is_better boolean,
    PRIMARY KEY (partner_id, header_id, case_no)
);

CREATE TABLE pqrs.case_codes (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    case_no bigint NOT NULL,
    code_no bigint NOT NULL,
    code text NOT NULL,
    modifier text,
    PRIMARY KEY (partner_id, header_id, case_no, code_no)
);

CREATE TABLE pqrs.declared_totals (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    total_no bigint NOT NULL,
    measureid text NOT NULL,
    allsubmitted boolean NOT NULL,
    eligibletotal bigint,
    measure text,
    PRIMARY KEY (partner_id, header_id, total_no)
);

CREATE TABLE pqrs.result_submissions (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record_no bigint NOT NULL,
    entitytype text NOT NULL,
    taxpayeridentificationnumber text,
    nationalprovideridentifier text,
    entityid text,
    performanceyear bigint NOT NULL,
    PRIMARY KEY (partner_id, header_id, record_no)
);

CREATE TABLE pqrs.measurement_sets (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record_no bigint NOT NULL,
    set_no bigint NOT NULL,
    category text NOT NULL,
    submissionmethod text NOT NULL,
    programname text,
    performancestart date NOT NULL,
    performanceend date NOT NULL,
    cehrtid text,
    PRIMARY KEY (partner_id, header_id, record_no, set_no)
);

CREATE TABLE pqrs.measure_results (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record_no bigint NOT NULL,
    set_no bigint NOT NULL,
    measurement_no bigint NOT NULL,
    measureid text NOT NULL,
    measure text,
    lower_is_better boolean,
    computed_performance_rate double precision,
    completeness double precision,
    computed_case_count bigint,
    benchmark_decile bigint,
    isendtoendreported boolean,
    performancemet bigint,
    eligiblepopulation bigint,
    performancenotmet bigint,
    eligiblepopulationexception bigint,
    eligiblepopulationexclusion bigint,
    numeratorexclusion bigint,
    performancerate double precision,
    reportingrate double precision,
    casecount bigint,
    numerator double precision,
    denominator double precision,
    observationinstances bigint,
    denominatorexception bigint,
    answer boolean,
    PRIMARY KEY (partner_id, header_id, record_no, set_no, measurement_no)
);

CREATE TABLE pqrs.measure_result_strata (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record_no bigint NOT NULL,
    set_no bigint NOT NULL,
    measurement_no bigint NOT NULL,
    stratum_no bigint NOT NULL,
    stratum text NOT NULL,
    performancemet bigint NOT NULL,
    eligiblepopulation bigint NOT NULL,
    performancenotmet bigint,
    eligiblepopulationexception bigint,
    eligiblepopulationexclusion bigint,
    numeratorexclusion bigint,
    performancerate double precision,
    computed_performance_rate double precision,
    PRIMARY KEY (partner_id, header_id, record_no, set_no, measurement_no, stratum_no)
);

CREATE TABLE pqrs.pqrs_files (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    measure_group text NOT NULL,
    create_date date,
    create_time text,
    create_by text,
    version text,
    file_number bigint,
    number_of_files bigint,
    registry_name text,
    registry_id text,
    vendor_unique_id text,
    submission_type text,
    submission_method text,
    gpro_type text,
    npi text,
    tin text,
    email_address text,
    waiver_signed text,
    encounter_from_date date,
    encounter_to_date date,
    ffs_patient_count bigint,
    group_reporting_rate_numerator bigint,
    group_eligible_instances bigint,
    group_reporting_rate double precision,
    PRIMARY KEY (partner_id, header_id)
);

CREATE TABLE pqrs.pqrs_measures (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    measure_no bigint NOT NULL,
    pqrs_measure_number text NOT NULL,
    collection_method text NOT NULL,
    measure_strata_num bigint NOT NULL,
    eligible_instances bigint NOT NULL,
    meets_performance_instances bigint NOT NULL,
    performance_exclusion_instances bigint NOT NULL,
    performance_not_met_instances bigint NOT NULL,
    reporting_rate double precision,
    performance_rate double precision,
    measure text,
    lower_is_better boolean,
    computed_performance_rate double precision,
    computed_reporting_rate double precision,
    population_ref_rate double precision,
    risk_standardized_rate double precision,
    lower_ci double precision,
    upper_ci double precision,
    performance_assessment text,
    description text,
    risk_reporting_rate double precision,
    PRIMARY KEY (partner_id, header_id, measure_no)
);

CREATE TABLE pqrs.attestations (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    attestation_no bigint NOT NULL,
    activityid text NOT NULL,
    value boolean NOT NULL,
    performancestart date NOT NULL,
    performanceend date NOT NULL,
    evidence text,
    PRIMARY KEY (partner_id, header_id, attestation_no)
);

CREATE TABLE pqrs.registrations (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    registration_no bigint NOT NULL,
    tin text NOT NULL,
    tineffectivefrom date NOT NULL,
    tineffectiveto date,
    gpro boolean NOT NULL,
    registries text[] NOT NULL,
    facilityids text[] NOT NULL,
    tindocument text,
    npi text NOT NULL,
    firstname text NOT NULL,
    lastname text NOT NULL,
    email text NOT NULL,
    billsmedicarepartb boolean NOT NULL,
    waiversigned text NOT NULL,
    participationattested date,
    specialty text,
    nonpatientfacing boolean,
    smallpractice boolean,
    PRIMARY KEY (partner_id, header_id, registration_no)
);

CREATE TABLE pqrs.codes (
    list text NOT NULL,
    code text NOT NULL,
    meaning text NOT NULL,
    since text,
    until text,
    PRIMARY KEY (list, code)
);

CREATE TABLE pqrs.thresholds (
    name text NOT NULL,
    value double precision NOT NULL,
    unit text NOT NULL,
    meaning text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (name)
);

ALTER TABLE pqrs.cases ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE pqrs.case_codes ADD FOREIGN KEY (partner_id, header_id, case_no)
    REFERENCES pqrs.cases (partner_id, header_id, case_no) ON DELETE CASCADE;
ALTER TABLE pqrs.declared_totals ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE pqrs.result_submissions ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE pqrs.measurement_sets ADD FOREIGN KEY (partner_id, header_id, record_no)
    REFERENCES pqrs.result_submissions (partner_id, header_id, record_no) ON DELETE CASCADE;
ALTER TABLE pqrs.measure_results ADD FOREIGN KEY (partner_id, header_id, record_no, set_no)
    REFERENCES pqrs.measurement_sets (partner_id, header_id, record_no, set_no) ON DELETE CASCADE;
ALTER TABLE pqrs.measure_result_strata ADD FOREIGN KEY (partner_id, header_id, record_no, set_no, measurement_no)
    REFERENCES pqrs.measure_results (partner_id, header_id, record_no, set_no, measurement_no) ON DELETE CASCADE;
ALTER TABLE pqrs.pqrs_files ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE pqrs.pqrs_measures ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.pqrs_files (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE pqrs.attestations ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE pqrs.registrations ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES pqrs.submissions (partner_id, header_id) ON DELETE CASCADE;
-- Rates are pooled by TIN and year.
CREATE INDEX submissions_tin_performanceyear ON pqrs.submissions (tin, performanceyear);
-- Instances of one measure are grouped by day.
CREATE INDEX cases_measure_dateofservice ON pqrs.cases (measure, dateofservice);
-- A case that comes again replaces the former one.
CREATE INDEX cases_caseid ON pqrs.cases (caseid);
-- Results of one measure are compared over practices.
CREATE INDEX measure_results_measure ON pqrs.measure_results (measure);
-- Results of one measure are compared over practices.
CREATE INDEX pqrs_measures_measure ON pqrs.pqrs_measures (measure);
-- Cases are joined with the days on which their clinician bills under the TIN.
CREATE INDEX registrations_tin_npi ON pqrs.registrations (tin, npi);

COMMENT ON TABLE pqrs.submissions IS
    'One row for each record: its current version, with the header''s elements. Key: partner_id, header_id.';
COMMENT ON COLUMN pqrs.submissions.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.submissions.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.submissions.version_no IS
    'The current version, the header''s `versionno`.';
COMMENT ON COLUMN pqrs.submissions.status IS
    'complete, incomplete (a finding of that severity), in_progress or cancelled (as the sender says), or unreadable (today''s declaration cannot read the body; the record is kept).';
COMMENT ON COLUMN pqrs.submissions.contract_version IS
    'Contract version by which the body was read.';
COMMENT ON COLUMN pqrs.submissions.submission_id IS
    'Submission that brought the version.';
COMMENT ON COLUMN pqrs.submissions.received_at IS
    'When the gateway received it.';
COMMENT ON COLUMN pqrs.submissions.incomplete_findings IS
    'Findings that call it incomplete.';
COMMENT ON COLUMN pqrs.submissions.warning_findings IS
    'Findings that warn.';
COMMENT ON COLUMN pqrs.submissions.appid IS
    'Application that sent it, the header''s `appid`.';
COMMENT ON COLUMN pqrs.submissions.dartprojectid IS
    'Project of the sender, the header''s `dartprojectid`.';
COMMENT ON COLUMN pqrs.submissions.projectname IS
    'Name of that project, the header''s `projectname`.';
COMMENT ON COLUMN pqrs.submissions.programdartid IS
    'Program at the registry, the header''s `programdartid`.';
COMMENT ON COLUMN pqrs.submissions.mediatype IS
    'Form of the data at its source, the header''s `mediatype`.';
COMMENT ON COLUMN pqrs.submissions.creationdate IS
    'When the sender made the record.';
COMMENT ON COLUMN pqrs.submissions.modificationdate IS
    'When the sender last changed the record.';
COMMENT ON COLUMN pqrs.submissions.submissiontype IS
    'Element of programspecificdata. What the payload holds: cases, measure results, attestations with registrations, or what goes to CMS. Codes: list submission_types. Sent as `submissiontype`. Source: assumed.';
COMMENT ON COLUMN pqrs.submissions.performanceyear IS
    'Element of programspecificdata. Year in which the care was given. Unit: year. Sent as `performanceyear`. Source: A.';
COMMENT ON COLUMN pqrs.submissions.programversion IS
    'Element of programspecificdata. Program of the year: pqrs up to 2016, mips from 2017. Codes: list program_versions. Sent as `programversion`. Source: S.';
COMMENT ON COLUMN pqrs.submissions.facilityid IS
    'Element of programspecificdata. Number of the facility in NRDR. Sent as `facilityid`. Source: S.';
COMMENT ON COLUMN pqrs.submissions.tin IS
    'Element of programspecificdata. Taxpayer identification number of the practice. Sent as `tin`. Source: S.';
COMMENT ON COLUMN pqrs.submissions.npi IS
    'Element of programspecificdata. National Provider Identifier of the clinician who reports. Sent as `npi`. Source: A.';
COMMENT ON COLUMN pqrs.submissions.entitytype IS
    'Element of programspecificdata. Who reports. Codes: list header_entity_types. Sent as `entitytype`. Source: A.';
COMMENT ON COLUMN pqrs.submissions.recordcount IS
    'Element of programspecificdata. Number of records in the payload; registrations count as records. Sent as `recordcount`. Source: assumed.';
COMMENT ON TABLE pqrs.cases IS
    'One eligible exam under one measure, with its quality-data codes or its answer.';
COMMENT ON COLUMN pqrs.cases.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.cases.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.cases.case_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.cases.caseid IS
    'Sender''s id of the case, unique within facility and year. One exam may be a case of several measures. Sent as `caseid`. Source: assumed.';
COMMENT ON COLUMN pqrs.cases.measureid IS
    'Id of the measure, such as 405 or ACRAD36; spaces, letter case and leading zeros carry no meaning. Sent as `measureid`. Source: M.';
COMMENT ON COLUMN pqrs.cases.tin IS
    'Taxpayer identification number, if it is to be told again; the header''s is meant otherwise. Sent as `tin`. Source: A.';
COMMENT ON COLUMN pqrs.cases.npi IS
    'NPI of the clinician who read the exam; the header''s is meant where it is left out. Sent as `npi`. Source: A.';
COMMENT ON COLUMN pqrs.cases.dateofservice IS
    'Day of the exam. Sent as `dateofservice`. Source: M.';
COMMENT ON COLUMN pqrs.cases.patientid IS
    'Pseudonym of the patient, the same for all cases of the patient: instances of one day are counted by it. Sent as `patientid`. Source: C.';
COMMENT ON COLUMN pqrs.cases.patientage IS
    'Age on the day of the exam. Unit: years. Sent as `patientage`. Source: M.';
COMMENT ON COLUMN pqrs.cases.patientsex IS
    'Sex of the patient. Codes: list sexes. Sent as `patientsex`. Source: M.';
COMMENT ON COLUMN pqrs.cases.procedurecodes IS
    'CPT or HCPCS codes of the exam, without descriptors; at least one of them in the measure''s denominator. Sent as `procedurecodes`. Source: M.';
COMMENT ON COLUMN pqrs.cases.diagnosiscodes IS
    'ICD-10-CM codes, with the dot. Sent as `diagnosiscodes`. Source: M.';
COMMENT ON COLUMN pqrs.cases.placeofservice IS
    'CMS place of service; telehealth (02, 10) leaves the denominator in later years. Sent as `placeofservice`. Source: M.';
COMMENT ON COLUMN pqrs.cases.proceduremodifiers IS
    'Modifiers of the procedure; telehealth (GQ, GT, 95) leaves the denominator in later years. Sent as `proceduremodifiers`. Source: M.';
COMMENT ON COLUMN pqrs.cases.payer IS
    'Who pays for the exam. Codes: list payers. Sent as `payer`. Source: S (Part B checks), values assumed.';
COMMENT ON COLUMN pqrs.cases.response IS
    'Outcome, given instead of codes; registries need not send codes. Codes: list responses. Sent as `response`. Source: M, V.';
COMMENT ON COLUMN pqrs.cases.stratum IS
    'Stratum of a measure that has several rates, such as abdomen. Sent as `stratum`. Source: M.';
COMMENT ON COLUMN pqrs.cases.numericvalue IS
    'Observed value of a continuous measure: hours for the turnaround measures. Unit: hours. Sent as `numericvalue`. Source: M.';
COMMENT ON COLUMN pqrs.cases.reportsigneddatetime IS
    'When the report was signed. Sent as `reportsigneddatetime`. Source: assumed.';
COMMENT ON COLUMN pqrs.cases.sourcesystem IS
    'System from which the case was taken. Sent as `sourcesystem`. Source: assumed.';
COMMENT ON COLUMN pqrs.cases.measure IS
    'Id of the measure without spaces, leading zeros or small letters. Computed by the registry, never sent. Source: 5.1.';
COMMENT ON COLUMN pqrs.cases.reporting_tin IS
    'The case''s TIN, or else the header''s. Computed by the registry, never sent. Source: 3.3, A.';
COMMENT ON COLUMN pqrs.cases.reporting_npi IS
    'The case''s NPI, or else the header''s. Computed by the registry, never sent. Source: 3.3, A.';
COMMENT ON COLUMN pqrs.cases.denominator_eligible IS
    'Whether the case belongs to the measure''s denominator in the year: age, sex, procedure, diagnosis, finding, and no telehealth. Null for a measure without definition here. Computed by the registry, never sent. Source: P06, P32.';
COMMENT ON COLUMN pqrs.cases.performance_outcome IS
    'met, not_met, exception, exclusion, unreported (no code or answer that counts), or observed for a continuous measure. Met is what CMS calls so: bad for an inverse measure. Computed by the registry, never sent. Source: P08, P09, P10.';
COMMENT ON COLUMN pqrs.cases.outcome_rank IS
    'Place of the outcome among those of one instance: the lowest counts. The order is reversed for inverse measures; 5 counts only where nothing else is told. Computed by the registry, never sent. Source: P08.';
COMMENT ON COLUMN pqrs.cases.counting_key IS
    'What one instance is: day and patient for measures with procedures, else the case. Computed by the registry, never sent. Source: P07.';
COMMENT ON COLUMN pqrs.cases.in_program_population IS
    'Whether the payer counts: Medicare Part B alone for PQRS measures, all for QCDR measures and MIPS. Computed by the registry, never sent. Source: P38.';
COMMENT ON COLUMN pqrs.cases.lower_is_better IS
    'Whether the measure is inverse in the year. Rates are never turned round. Computed by the registry, never sent. Source: P30, P31.';
COMMENT ON TABLE pqrs.case_codes IS
    'One quality-data code: CPT category II or G code, with its modifier.';
COMMENT ON COLUMN pqrs.case_codes.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.case_codes.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.case_codes.case_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.case_codes.code_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.case_codes.code IS
    'CPT category II code or HCPCS G code. Sent as `code`. Source: M.';
COMMENT ON COLUMN pqrs.case_codes.modifier IS
    '1P medical, 2P patient, 3P system reason; 8P not met. Codes: list quality_code_modifiers. Sent as `modifier`. Source: M.';
COMMENT ON TABLE pqrs.declared_totals IS
    'How many eligible cases of one measure the practice declares for the year.';
COMMENT ON COLUMN pqrs.declared_totals.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.declared_totals.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.declared_totals.total_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.declared_totals.measureid IS
    'Id of the measure. Sent as `measureid`. Source: S (P34), form assumed.';
COMMENT ON COLUMN pqrs.declared_totals.allsubmitted IS
    'True if the practice declares that every eligible case is submitted. Sent as `allsubmitted`. Source: S (P34), form assumed.';
COMMENT ON COLUMN pqrs.declared_totals.eligibletotal IS
    'Number of eligible cases, where not every one is submitted. Unit: cases. Sent as `eligibletotal`. Source: S (P34), form assumed.';
COMMENT ON COLUMN pqrs.declared_totals.measure IS
    'Id of the measure without spaces, leading zeros or small letters. Computed by the registry, never sent. Source: 5.1.';
COMMENT ON TABLE pqrs.result_submissions IS
    'All results of one reporting entity in one performance year.';
COMMENT ON COLUMN pqrs.result_submissions.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.result_submissions.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.result_submissions.record_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.result_submissions.entitytype IS
    'Who reports. Codes: list entity_types. Sent as `entityType`. Source: A.';
COMMENT ON COLUMN pqrs.result_submissions.taxpayeridentificationnumber IS
    'Taxpayer identification number. Sent as `taxpayerIdentificationNumber`. Source: A.';
COMMENT ON COLUMN pqrs.result_submissions.nationalprovideridentifier IS
    'National Provider Identifier. Sent as `nationalProviderIdentifier`. Source: A.';
COMMENT ON COLUMN pqrs.result_submissions.entityid IS
    'Id of the entity at CMS. Sent as `entityId`. Source: A.';
COMMENT ON COLUMN pqrs.result_submissions.performanceyear IS
    'Year in which the care was given. Unit: year. Sent as `performanceYear`. Source: A.';
COMMENT ON TABLE pqrs.measurement_sets IS
    'Measurements of one category, sent by one method for one program.';
COMMENT ON COLUMN pqrs.measurement_sets.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.measurement_sets.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.measurement_sets.record_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measurement_sets.set_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measurement_sets.category IS
    'Quality, promoting interoperability, or improvement activities. Codes: list categories. Sent as `category`. Source: A.';
COMMENT ON COLUMN pqrs.measurement_sets.submissionmethod IS
    'How the results came about. Codes: list submission_methods. Sent as `submissionMethod`. Source: A.';
COMMENT ON COLUMN pqrs.measurement_sets.programname IS
    'Program; mips where it is left out. Codes: list program_names. Sent as `programName`. Source: A.';
COMMENT ON COLUMN pqrs.measurement_sets.performancestart IS
    'First day of the performance period. Sent as `performanceStart`. Source: A.';
COMMENT ON COLUMN pqrs.measurement_sets.performanceend IS
    'Last day of the performance period. Sent as `performanceEnd`. Source: A.';
COMMENT ON COLUMN pqrs.measurement_sets.cehrtid IS
    'CMS certification id of the electronic health record. Sent as `cehrtId`. Source: A, condition assumed.';
COMMENT ON TABLE pqrs.measure_results IS
    'The result of one measure or activity.';
COMMENT ON COLUMN pqrs.measure_results.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.measure_results.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.measure_results.record_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_results.set_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_results.measurement_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_results.measureid IS
    'Id of the measure or activity, such as 405, ACRAD36 or IA_PSPA_7. Sent as `measureId`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.measure IS
    'Id of the measure without spaces, leading zeros or small letters. Computed by the registry, never sent. Source: 5.1.';
COMMENT ON COLUMN pqrs.measure_results.lower_is_better IS
    'Whether the measure is inverse in the year. Rates are never turned round. Computed by the registry, never sent. Source: P30, P31.';
COMMENT ON COLUMN pqrs.measure_results.computed_performance_rate IS
    'met / (met + not met), over the strata where there are some. Null where nothing is left after exclusions, or a count is missing. Unit: percent; per 1,000 for ACRad 3. Computed by the registry, never sent. Source: P11, P20.';
COMMENT ON COLUMN pqrs.measure_results.completeness IS
    'Instances with an outcome, of those eligible. Unit: percent. Computed by the registry, never sent. Source: P13, P14.';
COMMENT ON COLUMN pqrs.measure_results.computed_case_count IS
    'Cases that the case minimum is compared with. Unit: cases. Computed by the registry, never sent. Source: P15.';
COMMENT ON COLUMN pqrs.measure_results.benchmark_decile IS
    'Decile among the registry submitters of the same year''s CMS file, 10 being the best. Computed by the registry, never sent. Source: 5.4, 5.5; interpolation assumed away.';
COMMENT ON COLUMN pqrs.measure_results.isendtoendreported IS
    'True if the data came from the health record to CMS without manual steps. Sent as `isEndToEndReported`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.performancemet IS
    'Instances that met the measure. Unit: instances. Sent as `performanceMet`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.eligiblepopulation IS
    'Instances in the denominator. Unit: instances. Sent as `eligiblePopulation`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.performancenotmet IS
    'Instances that did not meet the measure. Unit: instances. Sent as `performanceNotMet`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.eligiblepopulationexception IS
    'Instances with an exception. Unit: instances. Sent as `eligiblePopulationException`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.eligiblepopulationexclusion IS
    'Instances with an exclusion; 0 for MIPS CQMs, whose eligible population leaves them out. Unit: instances. Sent as `eligiblePopulationExclusion`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.numeratorexclusion IS
    'Instances left out of the numerator; of QCDR and non-proportion measures. Unit: instances. Sent as `numeratorExclusion`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.performancerate IS
    'Performance rate. Sent for QCDR rates; computed for others, and not used where sent. Unit: percent; per 1,000 for ACRad 3. Sent as `performanceRate`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.reportingrate IS
    'Data completeness, as the sender computed it. Unit: percent. Sent as `reportingRate`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.casecount IS
    'Number of cases, as the sender computed it. Unit: cases. Sent as `caseCount`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.numerator IS
    'Mean of a non-proportion measure (hours for turnaround), or numerator of a proportion. Sent as `numerator`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.denominator IS
    'Eligible instances of a non-proportion measure, or denominator of a proportion. Sent as `denominator`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.observationinstances IS
    'Instances that were observed, of which the numerator is the mean. Unit: instances. Sent as `observationInstances`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.denominatorexception IS
    'Instances left out of the denominator of a non-proportion measure. Unit: instances. Sent as `denominatorException`. Source: A.';
COMMENT ON COLUMN pqrs.measure_results.answer IS
    'Whether an activity was done or a yes-or-no measure met; stands for a plain true or false. Sent as `answer`. Source: A, name assumed.';
COMMENT ON TABLE pqrs.measure_result_strata IS
    'The counts of one stratum.';
COMMENT ON COLUMN pqrs.measure_result_strata.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.measure_result_strata.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.measure_result_strata.record_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_result_strata.set_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_result_strata.measurement_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_result_strata.stratum_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.measure_result_strata.stratum IS
    'Name of the stratum, as the measure list has it. Sent as `stratum`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.performancemet IS
    'Instances of the stratum that met the measure. Unit: instances. Sent as `performanceMet`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.eligiblepopulation IS
    'Instances in the denominator of the stratum. Unit: instances. Sent as `eligiblePopulation`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.performancenotmet IS
    'Instances of the stratum that did not meet the measure. Unit: instances. Sent as `performanceNotMet`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.eligiblepopulationexception IS
    'Instances of the stratum with an exception. Unit: instances. Sent as `eligiblePopulationException`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.eligiblepopulationexclusion IS
    'Instances of the stratum with an exclusion. Unit: instances. Sent as `eligiblePopulationExclusion`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.numeratorexclusion IS
    'Instances of the stratum left out of the numerator. Unit: instances. Sent as `numeratorExclusion`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.performancerate IS
    'Performance rate of the stratum. Unit: percent. Sent as `performanceRate`. Source: A.';
COMMENT ON COLUMN pqrs.measure_result_strata.computed_performance_rate IS
    'met / (met + not met) of the stratum. Unit: percent. Computed by the registry, never sent. Source: P11.';
COMMENT ON TABLE pqrs.pqrs_files IS
    'One provider''s PQRS results of a measures group, as the CMS registry file holds them.';
COMMENT ON COLUMN pqrs.pqrs_files.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.pqrs_files.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.pqrs_files.measure_group IS
    'Measures group; X where individual measures are reported. Codes: list measure_groups. Sent as `measure-group`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.create_date IS
    'Day on which the file was made. Sent as `create-date`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.create_time IS
    'Time at which the file was made, 24 hours. Sent as `create-time`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.create_by IS
    'Who made the file. Sent as `create-by`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.version IS
    'Version of the file''s content. Codes: list file_versions. Sent as `version`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.file_number IS
    'Number of this file among those of one transmission. Sent as `file-number`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.number_of_files IS
    'Number of files of the transmission. Sent as `number-of-files`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.registry_name IS
    'Name of the registry. Sent as `registry-name`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.registry_id IS
    'Tax number of the registry. Sent as `registry-id`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.vendor_unique_id IS
    'Id of the vendor at the registry. Sent as `vendor-unique-id`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.submission_type IS
    '1 for an individual, 2 for a group (GPRO). Codes: list registry_submission_types. Sent as `submission-type`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.submission_method IS
    'A for individual measures, G for a measures group. Codes: list registry_submission_methods. Sent as `submission-method`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.gpro_type IS
    'Kind of group; null for an individual. Sent as `gpro-type`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.npi IS
    'National Provider Identifier of the clinician. Sent as `npi`. Source: L; left out for groups, assumed.';
COMMENT ON COLUMN pqrs.pqrs_files.tin IS
    'Taxpayer identification number of the practice. Sent as `tin`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.email_address IS
    'Address for questions; may be null. Sent as `email-address`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.waiver_signed IS
    'Whether the provider permits the registry to submit. Codes: list yes_no. Sent as `waiver-signed`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.encounter_from_date IS
    'First day of the reported encounters. Sent as `encounter-from-date`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.encounter_to_date IS
    'Last day of the reported encounters. Sent as `encounter-to-date`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.ffs_patient_count IS
    'Medicare Part B fee-for-service patients of the sample. Unit: patients. Sent as `ffs-patient-count`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.group_reporting_rate_numerator IS
    'Patients of the sample for whom all measures were answered. Unit: patients. Sent as `group-reporting-rate-numerator`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.group_eligible_instances IS
    'Patients of the sample. Unit: patients. Sent as `group-eligible-instances`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_files.group_reporting_rate IS
    'Share of the sample for which all measures were answered. Unit: percent. Sent as `group-reporting-rate`. Source: L.';
COMMENT ON TABLE pqrs.pqrs_measures IS
    'Counts and rates of one measure, or of one of its strata.';
COMMENT ON COLUMN pqrs.pqrs_measures.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.pqrs_measures.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.pqrs_measures.measure_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.pqrs_measures.pqrs_measure_number IS
    'Number of the measure, without leading zeros. Sent as `pqrs-measure-number`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.collection_method IS
    'A health record, B claims, C practice management, D web tool; several may stand together. Sent as `collection-method`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.measure_strata_num IS
    'Number of the stratum; 1 where the measure has one rate. Sent as `measure-strata-num`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.eligible_instances IS
    'Reporting denominator. Unit: instances. Sent as `eligible-instances`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.meets_performance_instances IS
    'Instances that met the measure. Unit: instances. Sent as `meets-performance-instances`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.performance_exclusion_instances IS
    'Instances with an exclusion or exception, together. Unit: instances. Sent as `performance-exclusion-instances`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.performance_not_met_instances IS
    'Instances that did not meet the measure. Unit: instances. Sent as `performance-not-met-instances`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.reporting_rate IS
    'Reported share of the eligible instances; null where there is none. Unit: percent. Sent as `reporting-rate`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.performance_rate IS
    'Performance rate; null where nothing is left after exclusions. Unit: percent. Sent as `performance-rate`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.measure IS
    'Id of the measure without spaces, leading zeros or small letters. Computed by the registry, never sent. Source: 5.1.';
COMMENT ON COLUMN pqrs.pqrs_measures.lower_is_better IS
    'Whether the measure is inverse in the year. Rates are never turned round. Computed by the registry, never sent. Source: P30, P31.';
COMMENT ON COLUMN pqrs.pqrs_measures.computed_performance_rate IS
    'met / (met + not met). Unit: percent. Computed by the registry, never sent. Source: P12.';
COMMENT ON COLUMN pqrs.pqrs_measures.computed_reporting_rate IS
    'Instances with an outcome, of those eligible. Unit: percent. Computed by the registry, never sent. Source: P12.';
COMMENT ON COLUMN pqrs.pqrs_measures.population_ref_rate IS
    'Rate of the reference population. Unit: percent. Sent as `population-ref-rate`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.risk_standardized_rate IS
    'Rate after risk adjustment. Unit: percent. Sent as `risk-standardized-rate`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.lower_ci IS
    'Lower bound of the confidence interval. Unit: percent. Sent as `lower-ci`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.upper_ci IS
    'Upper bound of the confidence interval. Unit: percent. Sent as `upper-ci`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.performance_assessment IS
    'How the rate compares with the reference population. Sent as `performance-assessment`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.description IS
    'Free description. Sent as `description`. Source: L.';
COMMENT ON COLUMN pqrs.pqrs_measures.risk_reporting_rate IS
    'Reporting rate of the risk-adjusted measure. Unit: percent. Sent as `risk-reporting-rate`. Source: L.';
COMMENT ON TABLE pqrs.attestations IS
    'One activity or yes-or-no measure, and whether it was done.';
COMMENT ON COLUMN pqrs.attestations.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.attestations.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.attestations.attestation_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.attestations.activityid IS
    'Id of the activity, valid in the year, such as IA_PSPA_7. Sent as `activityid`. Source: M.';
COMMENT ON COLUMN pqrs.attestations.value IS
    'True if it was done. Sent as `value`. Source: A.';
COMMENT ON COLUMN pqrs.attestations.performancestart IS
    'First day of the activity. Sent as `performancestart`. Source: assumed.';
COMMENT ON COLUMN pqrs.attestations.performanceend IS
    'Last day of the activity. Activities last at least 90 days without a break. Sent as `performanceend`. Source: assumed.';
COMMENT ON COLUMN pqrs.attestations.evidence IS
    'Reference to a file with evidence, kept six years by the practice. Sent as `evidence`. Source: assumed.';
COMMENT ON TABLE pqrs.registrations IS
    'One clinician under a TIN, with what the TIN is attached to.';
COMMENT ON COLUMN pqrs.registrations.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN pqrs.registrations.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN pqrs.registrations.registration_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN pqrs.registrations.tin IS
    'Taxpayer identification number. Sent as `tin`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.tineffectivefrom IS
    'First day on which the clinician bills under the TIN. Sent as `tineffectivefrom`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.tineffectiveto IS
    'Last day on which the clinician bills under the TIN. Sent as `tineffectiveto`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.gpro IS
    'True if the TIN reports as a group. Sent as `gpro`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.registries IS
    'Registries that the TIN takes part in. Codes: list nrdr_registries. Sent as `registries`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.facilityids IS
    'Facilities that the TIN is attached to: the master and each child where the clinician reads. Sent as `facilityids`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.tindocument IS
    'Reference to the document that shows the TIN: tax document, Medicare claim or other, without bank or patient numbers. Sent as `tindocument`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.npi IS
    'National Provider Identifier of the clinician. Sent as `npi`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.firstname IS
    'First name of the clinician. Sent as `firstname`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.lastname IS
    'Last name of the clinician. Sent as `lastname`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.email IS
    'Address of the clinician. Sent as `email`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.billsmedicarepartb IS
    'True if the clinician bills Medicare Part B; reported by the practice, audited. Sent as `billsmedicarepartb`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.waiversigned IS
    'Permission to submit to CMS. Codes: list waiver. Sent as `waiversigned`. Source: L, S.';
COMMENT ON COLUMN pqrs.registrations.participationattested IS
    'Day on which the clinician or facility administrator attested the participation. Sent as `participationattested`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.specialty IS
    'Specialty of the clinician. Sent as `specialty`. Source: assumed.';
COMMENT ON COLUMN pqrs.registrations.nonpatientfacing IS
    'True if the clinician is non-patient-facing: category weights differ. Sent as `nonpatientfacing`. Source: S.';
COMMENT ON COLUMN pqrs.registrations.smallpractice IS
    'True for a practice of at most 15 clinicians: category weights differ. Sent as `smallpractice`. Source: S.';
COMMENT ON TABLE pqrs.codes IS
    'The registry''s code lists: join a coded column on list and code. Key: list, code.';
COMMENT ON COLUMN pqrs.codes.list IS
    'The code list.';
COMMENT ON COLUMN pqrs.codes.code IS
    'The code, as columns hold it.';
COMMENT ON COLUMN pqrs.codes.meaning IS
    'What the code says.';
COMMENT ON COLUMN pqrs.codes.since IS
    'First contract version that has it; empty: the first of all.';
COMMENT ON COLUMN pqrs.codes.until IS
    'Last contract version that has it; empty: the current one.';
COMMENT ON TABLE pqrs.thresholds IS
    'The figures that the registry''s rules compare with. Key: name.';
COMMENT ON COLUMN pqrs.thresholds.name IS
    'The threshold.';
COMMENT ON COLUMN pqrs.thresholds.value IS
    'The figure that rules compare with.';
COMMENT ON COLUMN pqrs.thresholds.unit IS
    'Its unit; empty where it has none.';
COMMENT ON COLUMN pqrs.thresholds.meaning IS
    'What it is for.';
COMMENT ON COLUMN pqrs.thresholds.source IS
    'Where it comes from.';
GRANT USAGE ON SCHEMA pqrs TO acr_reader, acr_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA pqrs TO acr_reader;
GRANT SELECT, INSERT, DELETE ON pqrs.submissions, pqrs.cases, pqrs.case_codes, pqrs.declared_totals, pqrs.result_submissions, pqrs.measurement_sets, pqrs.measure_results, pqrs.measure_result_strata, pqrs.pqrs_files, pqrs.pqrs_measures, pqrs.attestations, pqrs.registrations TO acr_writer;
