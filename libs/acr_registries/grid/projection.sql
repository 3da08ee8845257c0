-- The typed tables of this registry: always the current version of each record, written by the
-- consumer in the transaction that stores the version.
-- Made of the declaration by `python -m acr_registries.projection_files`; not edited by hand.

CREATE SCHEMA grid;

CREATE TABLE grid.submissions (
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
    recordtype text,
    facilityid text,
    participationlevel text,
    reportingyear bigint,
    reportingmonth bigint,
    mappingversion text,
    recordcount bigint,
    PRIMARY KEY (partner_id, header_id)
);

CREATE TABLE grid.facility_years (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    facilityid text NOT NULL,
    year bigint NOT NULL,
    numberofadmissions bigint,
    admissionsnotapplicable boolean,
    vol_radiography bigint,
    vol_fluoroscopy bigint,
    vol_mammography bigint,
    vol_ultrasound bigint,
    vol_ct bigint,
    vol_mri bigint,
    vol_nuclearmedicine bigint,
    vol_pet bigint,
    vol_interventional bigint,
    vol_dxa bigint,
    vol_liverbiopsy bigint,
    vol_lungbiopsy bigint,
    fte_radiologists double precision,
    fte_residents_fellows double precision,
    fte_physicists double precision,
    fte_technologists_total double precision,
    fte_technologists_ct double precision,
    fte_technologists_mri double precision,
    fte_technologists_mammo double precision,
    fte_technologists_us double precision,
    fte_technologists_nm double precision,
    fte_technologists_rad double precision,
    fte_assistants double precision,
    fte_nurses double precision,
    ct_certification_required text,
    mri_certification_required text,
    sys_pacs boolean,
    sys_ris boolean,
    sys_voice_recognition boolean,
    sys_cpoe boolean,
    sys_report_access_24x7 boolean,
    sys_cds_ordering boolean,
    sys_critical_results_tracking boolean,
    sys_peer_review text,
    sys_dose_monitoring boolean,
    sys_structured_reporting boolean,
    prot_mri_safety_screening text,
    prot_contrast_reaction text,
    prot_contrast_premedication text,
    prot_renal_function_screening text,
    prot_extravasation text,
    prot_pregnancy_screening text,
    prot_critical_results text,
    prot_patient_identification text,
    prot_sedation text,
    prot_pediatric_dose text,
    prot_infection_control text,
    eq_ct_units bigint,
    eq_ct_max_slices bigint,
    eq_mri_units bigint,
    eq_mri_open bigint,
    eq_mri_3t bigint,
    eq_us_units bigint,
    eq_dr_units bigint,
    eq_cr_units bigint,
    eq_mammo_2d bigint,
    eq_mammo_dbt bigint,
    eq_nm_units bigint,
    eq_pet_units bigint,
    eq_fluoro_units bigint,
    eq_angio_units bigint,
    acr_accredited_modalities text[] NOT NULL,
    vol_total bigint,
    volume_group text,
    censusregion text,
    mri_projectile_rate double precision,
    mri_burn_rate double precision,
    mri_implant_device_rate double precision,
    mri_hearing_rate double precision,
    mri_screening_failure_rate double precision,
    mri_other_rate double precision,
    mri_total_rate double precision,
    falls_rate double precision,
    wrong_exam_rate double precision,
    wrong_patient_rate double precision,
    wrong_side_site_rate double precision,
    unintended_fetal_exposure_rate double precision,
    code_called_rate double precision,
    contrast_reaction_severe_rate double precision,
    facilityname text,
    facilitycategory text,
    facilitycategoryother text,
    location text,
    traumacenterlevel text,
    childrenshospital boolean,
    addressline1 text,
    city text,
    postalcode text,
    country text,
    state text,
    facilitynpi text,
    radiologistheadcount bigint,
    inc_mri_projectile bigint,
    inc_mri_burn bigint,
    inc_mri_implant_device bigint,
    inc_mri_hearing bigint,
    inc_mri_screening_failure bigint,
    inc_mri_other bigint,
    inc_mri_total bigint,
    inc_falls bigint,
    inc_wrong_exam bigint,
    inc_wrong_patient bigint,
    inc_wrong_side_site bigint,
    inc_contrast_reaction_severe bigint,
    inc_unintended_fetal_exposure bigint,
    inc_code_called bigint,
    inc_none_attested boolean,
    PRIMARY KEY (partner_id, header_id, record)
);

CREATE TABLE grid.facility_months (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    facilityid text NOT NULL,
    year bigint NOT NULL,
    month bigint NOT NULL,
    comments text,
    repeat_rate double precision,
    liver_nondiagnostic_rate double precision,
    lung_nondiagnostic_rate double precision,
    extravasation_rate double precision,
    imagesacquired bigint,
    imagesrepeated bigint,
    liver_performed bigint,
    liver_nondiagnostic bigint,
    lung_performed bigint,
    lung_nondiagnostic bigint,
    lung_pneumothorax bigint,
    lung_chesttube bigint,
    contrast_exams bigint,
    contrast_extravasations bigint,
    contrast_reactions_mild bigint,
    contrast_reactions_moderate bigint,
    contrast_reactions_severe bigint,
    critical_total bigint,
    critical_communicatedontime bigint,
    PRIMARY KEY (partner_id, header_id, record)
);

CREATE TABLE grid.turnaround (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    modality text NOT NULL,
    examscompleted bigint,
    meanhours double precision,
    count_lt12h bigint,
    count_12to24h bigint,
    count_24to48h bigint,
    count_gt48h bigint,
    medianhours double precision,
    mean_least_hours double precision,
    mean_most_hours double precision,
    percent_within_12h double precision,
    percent_within_24h double precision,
    percent_within_48h double precision,
    PRIMARY KEY (partner_id, header_id, record, modality)
);

CREATE TABLE grid.waits (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    modality text NOT NULL,
    meanminutes double precision,
    patientcount bigint,
    PRIMARY KEY (partner_id, header_id, record, modality)
);

CREATE TABLE grid.orders (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    modality text NOT NULL,
    meanminutes double precision,
    examcount bigint,
    PRIMARY KEY (partner_id, header_id, record, modality)
);

CREATE TABLE grid.physician_months (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    facilityid text NOT NULL,
    year bigint NOT NULL,
    month bigint NOT NULL,
    physicianid text NOT NULL,
    npi text,
    repeat_rate double precision,
    liver_nondiagnostic_rate double precision,
    lung_nondiagnostic_rate double precision,
    extravasation_rate double precision,
    imagesacquired bigint,
    imagesrepeated bigint,
    liver_performed bigint,
    liver_nondiagnostic bigint,
    lung_performed bigint,
    lung_nondiagnostic bigint,
    lung_pneumothorax bigint,
    lung_chesttube bigint,
    contrast_exams bigint,
    contrast_extravasations bigint,
    contrast_reactions_mild bigint,
    contrast_reactions_moderate bigint,
    contrast_reactions_severe bigint,
    PRIMARY KEY (partner_id, header_id, record)
);

CREATE TABLE grid.physician_turnaround (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    modality text NOT NULL,
    examscompleted bigint,
    meanhours double precision,
    count_lt12h bigint,
    count_12to24h bigint,
    count_24to48h bigint,
    count_gt48h bigint,
    medianhours double precision,
    mean_least_hours double precision,
    mean_most_hours double precision,
    percent_within_12h double precision,
    percent_within_24h double precision,
    percent_within_48h double precision,
    PRIMARY KEY (partner_id, header_id, record, modality)
);

CREATE TABLE grid.exams (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    facilityid text,
    examuniqueid text NOT NULL,
    physiciannpi text NOT NULL,
    physiciangrouptin text,
    cptcode text NOT NULL,
    modality text NOT NULL,
    breastultrasound boolean,
    placeofservice text,
    multiplereaders boolean,
    orderdatetime timestamptz,
    examstartdatetime timestamptz,
    examcompletiondatetime timestamptz NOT NULL,
    preliminaryreportdatetime timestamptz,
    finalreportdatetime timestamptz NOT NULL,
    patientagegroup bigint,
    patientage bigint,
    patientsex text,
    payertype text,
    icd10codes text[] NOT NULL,
    tat_hours double precision,
    tat_bucket text,
    order_to_exam_minutes double precision,
    tat_measure text,
    exam_facilityid text,
    PRIMARY KEY (partner_id, header_id, record)
);

CREATE TABLE grid.exam_measures (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    record bigint NOT NULL,
    entry bigint NOT NULL,
    measureid text NOT NULL,
    response text NOT NULL,
    reasoncode text,
    PRIMARY KEY (partner_id, header_id, record, entry)
);

CREATE TABLE grid.codes (
    list text NOT NULL,
    code text NOT NULL,
    meaning text NOT NULL,
    since text,
    until text,
    PRIMARY KEY (list, code)
);

CREATE TABLE grid.thresholds (
    name text NOT NULL,
    value double precision NOT NULL,
    unit text NOT NULL,
    meaning text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (name)
);

ALTER TABLE grid.facility_years ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES grid.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE grid.facility_months ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES grid.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE grid.turnaround ADD FOREIGN KEY (partner_id, header_id, record)
    REFERENCES grid.facility_months (partner_id, header_id, record) ON DELETE CASCADE;
ALTER TABLE grid.waits ADD FOREIGN KEY (partner_id, header_id, record)
    REFERENCES grid.facility_months (partner_id, header_id, record) ON DELETE CASCADE;
ALTER TABLE grid.orders ADD FOREIGN KEY (partner_id, header_id, record)
    REFERENCES grid.facility_months (partner_id, header_id, record) ON DELETE CASCADE;
ALTER TABLE grid.physician_months ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES grid.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE grid.physician_turnaround ADD FOREIGN KEY (partner_id, header_id, record)
    REFERENCES grid.physician_months (partner_id, header_id, record) ON DELETE CASCADE;
ALTER TABLE grid.exams ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES grid.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE grid.exam_measures ADD FOREIGN KEY (partner_id, header_id, record)
    REFERENCES grid.exams (partner_id, header_id, record) ON DELETE CASCADE;
-- Whether a facility has submitted its annual form, and which forms there are of a period.
CREATE INDEX submissions_facilityid_reportingyear_recordtype ON grid.submissions (facilityid, reportingyear, recordtype);
-- Volumes and peer groups of a facility's year.
CREATE INDEX facility_years_facilityid_year ON grid.facility_years (facilityid, year);
-- Measures of a facility in a span of months.
CREATE INDEX facility_months_facilityid_year_month ON grid.facility_months (facilityid, year, month);
-- Physicians of a facility's month, beside the facility's own form.
CREATE INDEX physician_months_facilityid_year_month ON grid.physician_months (facilityid, year, month);
-- The current record of an exam that was sent again.
CREATE INDEX exams_partner_id_exam_facilityid_examuniqueid ON grid.exams (partner_id, exam_facilityid, examuniqueid);
-- Turnaround measures in a span of time.
CREATE INDEX exams_tat_measure_examcompletiondatetime ON grid.exams (tat_measure, examcompletiondatetime);
-- Rates of the quality measures.
CREATE INDEX exam_measures_measureid_response ON grid.exam_measures (measureid, response);

COMMENT ON TABLE grid.submissions IS
    'One row for each record: its current version, with the header''s elements. Key: partner_id, header_id.';
COMMENT ON COLUMN grid.submissions.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.submissions.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.submissions.version_no IS
    'The current version, the header''s `versionno`.';
COMMENT ON COLUMN grid.submissions.status IS
    'complete, incomplete (a finding of that severity), in_progress or cancelled (as the sender says), or unreadable (today''s declaration cannot read the body; the record is kept).';
COMMENT ON COLUMN grid.submissions.contract_version IS
    'Contract version by which the body was read.';
COMMENT ON COLUMN grid.submissions.submission_id IS
    'Submission that brought the version.';
COMMENT ON COLUMN grid.submissions.received_at IS
    'When the gateway received it.';
COMMENT ON COLUMN grid.submissions.incomplete_findings IS
    'Findings that call it incomplete.';
COMMENT ON COLUMN grid.submissions.warning_findings IS
    'Findings that warn.';
COMMENT ON COLUMN grid.submissions.appid IS
    'Application that sent it, the header''s `appid`.';
COMMENT ON COLUMN grid.submissions.dartprojectid IS
    'Project of the sender, the header''s `dartprojectid`.';
COMMENT ON COLUMN grid.submissions.projectname IS
    'Name of that project, the header''s `projectname`.';
COMMENT ON COLUMN grid.submissions.programdartid IS
    'Program at the registry, the header''s `programdartid`.';
COMMENT ON COLUMN grid.submissions.mediatype IS
    'Form of the data at its source, the header''s `mediatype`.';
COMMENT ON COLUMN grid.submissions.creationdate IS
    'When the sender made the record.';
COMMENT ON COLUMN grid.submissions.modificationdate IS
    'When the sender last changed the record.';
COMMENT ON COLUMN grid.submissions.recordtype IS
    'Element of programspecificdata. Kind of the records in the payload. Codes: list recordtype. Sent as `recordtype`. Source: assumed.';
COMMENT ON COLUMN grid.submissions.facilityid IS
    'Element of programspecificdata. Facility that the records are of: its number in the registry. It must be registered for GRID. Sent as `facilityid`. Source: S.';
COMMENT ON COLUMN grid.submissions.participationlevel IS
    'Element of programspecificdata. What the facility takes part in; as registered. Decides whether outcomes and incidents are used. Codes: list participation_level. Sent as `participationlevel`. Source: S.';
COMMENT ON COLUMN grid.submissions.reportingyear IS
    'Element of programspecificdata. Calendar year of the form; of exams, the year of their completion. From 2008 to the current year. Sent as `reportingyear`. Source: S.';
COMMENT ON COLUMN grid.submissions.reportingmonth IS
    'Element of programspecificdata. Month of a monthly form; it must be over. Sent as `reportingmonth`. Source: S.';
COMMENT ON COLUMN grid.submissions.mappingversion IS
    'Element of programspecificdata. Version of the layout: 1.1 for forms, 2.2 for exams (2.0 is still taken, assumed). Sent as `mappingversion`. Source: S.';
COMMENT ON COLUMN grid.submissions.recordcount IS
    'Element of programspecificdata. Number of records in the payload. Sent as `recordcount`. Source: X.';
COMMENT ON TABLE grid.facility_years IS
    'The annual facility form: setting, volumes, personnel, systems, protocols and equipment.';
COMMENT ON COLUMN grid.facility_years.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.facility_years.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.facility_years.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.facility_years.facilityid IS
    'Facility; the same as in the header. Sent as `facilityid`. Source: S.';
COMMENT ON COLUMN grid.facility_years.year IS
    'Year of the form; the same as in the header. Sent as `year`. Source: S.';
COMMENT ON COLUMN grid.facility_years.numberofadmissions IS
    'Admissions of the hospital in the previous year. Unit: admissions. Sent as `numberofadmissions`. Source: S.';
COMMENT ON COLUMN grid.facility_years.admissionsnotapplicable IS
    'True where the facility is no hospital. Exactly one of this and numberofadmissions is told. Sent as `admissionsnotapplicable`. Source: S.';
COMMENT ON COLUMN grid.facility_years.vol_radiography IS
    'Radiography procedures of the previous year. Unit: procedures. Sent as `vol_radiography`. Source: S.';
COMMENT ON COLUMN grid.facility_years.vol_fluoroscopy IS
    'Fluoroscopy procedures of the previous year. Unit: procedures. Sent as `vol_fluoroscopy`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.vol_mammography IS
    'Mammography procedures of the previous year. Unit: procedures. Sent as `vol_mammography`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.vol_ultrasound IS
    'Ultrasound procedures of the previous year. Unit: procedures. Sent as `vol_ultrasound`. Source: S.';
COMMENT ON COLUMN grid.facility_years.vol_ct IS
    'CT procedures of the previous year. Unit: procedures. Sent as `vol_ct`. Source: S.';
COMMENT ON COLUMN grid.facility_years.vol_mri IS
    'MRI procedures of the previous year. Unit: procedures. Sent as `vol_mri`. Source: S.';
COMMENT ON COLUMN grid.facility_years.vol_nuclearmedicine IS
    'Nuclear medicine, without PET, procedures of the previous year. Unit: procedures. Sent as `vol_nuclearmedicine`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.vol_pet IS
    'PET, also with CT, procedures of the previous year. Unit: procedures. Sent as `vol_pet`. Source: S.';
COMMENT ON COLUMN grid.facility_years.vol_interventional IS
    'Interventional procedures of the previous year. Unit: procedures. Sent as `vol_interventional`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.vol_dxa IS
    'Bone densitometry procedures of the previous year. Unit: procedures. Sent as `vol_dxa`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.vol_liverbiopsy IS
    'Liver biopsies of the previous year; vol_interventional counts them already. Unit: procedures. Sent as `vol_liverbiopsy`. Source: measures S, field assumed.';
COMMENT ON COLUMN grid.facility_years.vol_lungbiopsy IS
    'Lung biopsies of the previous year; vol_interventional counts them already. Unit: procedures. Sent as `vol_lungbiopsy`. Source: measures S, field assumed.';
COMMENT ON COLUMN grid.facility_years.fte_radiologists IS
    'Radiologists. Unit: full-time equivalents. Sent as `fte_radiologists`. Source: S.';
COMMENT ON COLUMN grid.facility_years.fte_residents_fellows IS
    'Residents and fellows. Unit: full-time equivalents. Sent as `fte_residents_fellows`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_physicists IS
    'Medical physicists. Unit: full-time equivalents. Sent as `fte_physicists`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_total IS
    'All technologists, also those outside radiology (cardiac). Unit: full-time equivalents. Sent as `fte_technologists_total`. Source: S.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_ct IS
    'Technologists of CT. Unit: full-time equivalents. Sent as `fte_technologists_ct`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_mri IS
    'Technologists of MRI. Unit: full-time equivalents. Sent as `fte_technologists_mri`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_mammo IS
    'Technologists of mammography. Unit: full-time equivalents. Sent as `fte_technologists_mammo`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_us IS
    'Technologists of ultrasound. Unit: full-time equivalents. Sent as `fte_technologists_us`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_nm IS
    'Technologists of nuclear medicine. Unit: full-time equivalents. Sent as `fte_technologists_nm`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_technologists_rad IS
    'Technologists of radiography. Unit: full-time equivalents. Sent as `fte_technologists_rad`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.fte_assistants IS
    'Assistants of technologists, also where they work at the front desk. Unit: full-time equivalents. Sent as `fte_assistants`. Source: S.';
COMMENT ON COLUMN grid.facility_years.fte_nurses IS
    'Nurses. Unit: full-time equivalents. Sent as `fte_nurses`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.ct_certification_required IS
    'Of which technologists a certification for CT is required. Codes: list certification. Sent as `ct_certification_required`. Source: S, values assumed.';
COMMENT ON COLUMN grid.facility_years.mri_certification_required IS
    'Of which technologists a certification for MRI is required. Codes: list certification. Sent as `mri_certification_required`. Source: S, values assumed.';
COMMENT ON COLUMN grid.facility_years.sys_pacs IS
    'A picture archive (PACS) is in place. Sent as `sys_pacs`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_ris IS
    'A radiology information system is in place. Sent as `sys_ris`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_voice_recognition IS
    'Speech recognition is in place. Sent as `sys_voice_recognition`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_cpoe IS
    'Electronic order entry is in place. Sent as `sys_cpoe`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_report_access_24x7 IS
    'Electronic access to reports at all hours is in place. Sent as `sys_report_access_24x7`. Source: S.';
COMMENT ON COLUMN grid.facility_years.sys_cds_ordering IS
    'Decision support at ordering is in place. Sent as `sys_cds_ordering`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_critical_results_tracking IS
    'Tracking of critical results is in place. Sent as `sys_critical_results_tracking`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_peer_review IS
    'System of peer review. Codes: list peer_review. Sent as `sys_peer_review`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_dose_monitoring IS
    'Monitoring of radiation dose is in place. Sent as `sys_dose_monitoring`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.sys_structured_reporting IS
    'Structured reporting is in place. Sent as `sys_structured_reporting`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.prot_mri_safety_screening IS
    'Whether a protocol for screening for MRI safety is documented. Codes: list protocol. Sent as `prot_mri_safety_screening`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_contrast_reaction IS
    'Whether a protocol for reactions to contrast is documented. Codes: list protocol. Sent as `prot_contrast_reaction`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_contrast_premedication IS
    'Whether a protocol for premedication before contrast is documented. Codes: list protocol. Sent as `prot_contrast_premedication`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_renal_function_screening IS
    'Whether a protocol for screening of renal function is documented. Codes: list protocol. Sent as `prot_renal_function_screening`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_extravasation IS
    'Whether a protocol for extravasation of contrast is documented. Codes: list protocol. Sent as `prot_extravasation`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_pregnancy_screening IS
    'Whether a protocol for screening for pregnancy is documented. Codes: list protocol. Sent as `prot_pregnancy_screening`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_critical_results IS
    'Whether a protocol for critical results is documented. Codes: list protocol. Sent as `prot_critical_results`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_patient_identification IS
    'Whether a protocol for identifying the patient is documented. Codes: list protocol. Sent as `prot_patient_identification`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_sedation IS
    'Whether a protocol for sedation is documented. Codes: list protocol. Sent as `prot_sedation`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_pediatric_dose IS
    'Whether a protocol for dose of children is documented. Codes: list protocol. Sent as `prot_pediatric_dose`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.prot_infection_control IS
    'Whether a protocol for infection control is documented. Codes: list protocol. Sent as `prot_infection_control`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_ct_units IS
    'CT scanners; 0 if there is none. Unit: units. Sent as `eq_ct_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_ct_max_slices IS
    'Most slices that a CT scanner takes at once. Unit: slices. Sent as `eq_ct_max_slices`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.eq_mri_units IS
    'MRI scanners; 0 if there is none. Unit: units. Sent as `eq_mri_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_mri_open IS
    'Open MRI scanners; 0 if there is none. Unit: units. Sent as `eq_mri_open`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_mri_3t IS
    'MRI scanners of 3 tesla; 0 if there is none. Unit: units. Sent as `eq_mri_3t`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_us_units IS
    'Ultrasound units; 0 if there is none. Unit: units. Sent as `eq_us_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_dr_units IS
    'Digital radiography units; 0 if there is none. Unit: units. Sent as `eq_dr_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_cr_units IS
    'Computed radiography units; 0 if there is none. Unit: units. Sent as `eq_cr_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_mammo_2d IS
    'Two-dimensional mammography units; 0 if there is none. Unit: units. Sent as `eq_mammo_2d`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_mammo_dbt IS
    'Breast tomosynthesis units; 0 if there is none. Unit: units. Sent as `eq_mammo_dbt`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_nm_units IS
    'Nuclear medicine cameras; 0 if there is none. Unit: units. Sent as `eq_nm_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_pet_units IS
    'PET scanners; 0 if there is none. Unit: units. Sent as `eq_pet_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_fluoro_units IS
    'Fluoroscopy units; 0 if there is none. Unit: units. Sent as `eq_fluoro_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.eq_angio_units IS
    'Angiography units; 0 if there is none. Unit: units. Sent as `eq_angio_units`. Source: group S, list assumed.';
COMMENT ON COLUMN grid.facility_years.acr_accredited_modalities IS
    'Modalities with an accreditation of the ACR. Codes: list accredited_modality. Sent as `acr_accredited_modalities`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.vol_total IS
    'Exams of the previous year: all volumes without the biopsies. Unit: exams. Computed by the registry, never sent. Source: GRID reference, 3.3.';
COMMENT ON COLUMN grid.facility_years.volume_group IS
    'Peer group by volume (code list volume_group). Computed by the registry, never sent. Source: GRID reference, 5.5.';
COMMENT ON COLUMN grid.facility_years.censusregion IS
    'Census region of the state (code list census_region); none elsewhere. Computed by the registry, never sent. Source: GRID reference, 3.2 and 5.5.';
COMMENT ON COLUMN grid.facility_years.mri_projectile_rate IS
    'Incidents of inc_mri_projectile per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.mri_burn_rate IS
    'Incidents of inc_mri_burn per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.mri_implant_device_rate IS
    'Incidents of inc_mri_implant_device per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.mri_hearing_rate IS
    'Incidents of inc_mri_hearing per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.mri_screening_failure_rate IS
    'Incidents of inc_mri_screening_failure per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.mri_other_rate IS
    'Incidents of inc_mri_other per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.mri_total_rate IS
    'Incidents of inc_mri_total per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.falls_rate IS
    'Incidents of inc_falls per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.wrong_exam_rate IS
    'Incidents of inc_wrong_exam per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.wrong_patient_rate IS
    'Incidents of inc_wrong_patient per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.wrong_side_site_rate IS
    'Incidents of inc_wrong_side_site per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.unintended_fetal_exposure_rate IS
    'Incidents of inc_unintended_fetal_exposure per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.code_called_rate IS
    'Incidents of inc_code_called per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.contrast_reaction_severe_rate IS
    'Incidents of inc_contrast_reaction_severe per 10,000 exams of its kind. Unit: per 10,000 exams. Computed by the registry, never sent. Source: GRID reference, 3.4 (unit assumed).';
COMMENT ON COLUMN grid.facility_years.facilityname IS
    'Name of the facility. Sent as `facilityname`. Source: S.';
COMMENT ON COLUMN grid.facility_years.facilitycategory IS
    'Kind of facility. Codes: list facility_category. Sent as `facilitycategory`. Source: S.';
COMMENT ON COLUMN grid.facility_years.facilitycategoryother IS
    'Kind of facility in words. Sent as `facilitycategoryother`. Source: S.';
COMMENT ON COLUMN grid.facility_years.location IS
    'Kind of place, by its population. Codes: list location. Sent as `location`. Source: S.';
COMMENT ON COLUMN grid.facility_years.traumacenterlevel IS
    'Level of the trauma center. Codes: list trauma_center_level. Sent as `traumacenterlevel`. Source: field S, values assumed.';
COMMENT ON COLUMN grid.facility_years.childrenshospital IS
    'Whether it is a children''s hospital. Sent as `childrenshospital`. Source: group S, field assumed.';
COMMENT ON COLUMN grid.facility_years.addressline1 IS
    'Street address. Sent as `addressline1`. Source: S.';
COMMENT ON COLUMN grid.facility_years.city IS
    'City. Sent as `city`. Source: S.';
COMMENT ON COLUMN grid.facility_years.postalcode IS
    'Postal code. Sent as `postalcode`. Source: S.';
COMMENT ON COLUMN grid.facility_years.country IS
    'Country. Sent as `country`. Source: S.';
COMMENT ON COLUMN grid.facility_years.state IS
    'State or province: two letters. Sent as `state`. Source: S.';
COMMENT ON COLUMN grid.facility_years.facilitynpi IS
    'National Provider Identifier of the facility. Only the lung registry needs it. Sent as `facilitynpi`. Source: S.';
COMMENT ON COLUMN grid.facility_years.radiologistheadcount IS
    'Radiologists as people, not full-time equivalents: also part-time, residents and fellows. Unit: people. Sent as `radiologistheadcount`. Source: S.';
COMMENT ON COLUMN grid.facility_years.inc_mri_projectile IS
    'A ferromagnetic object became a projectile. Unit: incidents. Sent as `inc_mri_projectile`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_mri_burn IS
    'Thermal injuries at MRI. Unit: incidents. Sent as `inc_mri_burn`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_mri_implant_device IS
    'An unsafe implant or device came into Zone IV, or a device failed there. Unit: incidents. Sent as `inc_mri_implant_device`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_mri_hearing IS
    'Injuries of hearing at MRI. Unit: incidents. Sent as `inc_mri_hearing`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_mri_screening_failure IS
    'A person or object passed screening in error, without harm. Unit: incidents. Sent as `inc_mri_screening_failure`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_mri_other IS
    'Any other incident of MRI. Unit: incidents. Sent as `inc_mri_other`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_mri_total IS
    'All MRI incidents. Unit: incidents. Sent as `inc_mri_total`. Source: S.';
COMMENT ON COLUMN grid.facility_years.inc_falls IS
    'Falls of patients in the department. Unit: incidents. Sent as `inc_falls`. Source: S.';
COMMENT ON COLUMN grid.facility_years.inc_wrong_exam IS
    'The wrong exam was performed. Unit: incidents. Sent as `inc_wrong_exam`. Source: S.';
COMMENT ON COLUMN grid.facility_years.inc_wrong_patient IS
    'An exam was performed on the wrong patient. Unit: incidents. Sent as `inc_wrong_patient`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_wrong_side_site IS
    'The wrong side or site was examined. Unit: incidents. Sent as `inc_wrong_side_site`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_contrast_reaction_severe IS
    'Severe reactions to contrast that needed treatment. Unit: incidents. Sent as `inc_contrast_reaction_severe`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_unintended_fetal_exposure IS
    'A fetus was exposed without intent. Unit: incidents. Sent as `inc_unintended_fetal_exposure`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_code_called IS
    'Cardiac or respiratory arrests in the department. Unit: incidents. Sent as `inc_code_called`. Source: assumed.';
COMMENT ON COLUMN grid.facility_years.inc_none_attested IS
    'The facility tracks incidents, and there were none. Sent as `inc_none_attested`. Source: assumed.';
COMMENT ON TABLE grid.facility_months IS
    'The monthly data form by facility, the source of the facility''s reports.';
COMMENT ON COLUMN grid.facility_months.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.facility_months.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.facility_months.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.facility_months.facilityid IS
    'Facility; the same as in the header. Sent as `facilityid`. Source: S.';
COMMENT ON COLUMN grid.facility_months.year IS
    'Year of the month; the same as in the header. Sent as `year`. Source: S.';
COMMENT ON COLUMN grid.facility_months.month IS
    'Month; the same as in the header. Sent as `month`. Source: S.';
COMMENT ON COLUMN grid.facility_months.comments IS
    'Remarks. They must not contain anything that identifies a patient. Sent as `comments`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.repeat_rate IS
    'Images repeated of images acquired. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.facility_months.liver_nondiagnostic_rate IS
    'Liver biopsies without a diagnosis. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.facility_months.lung_nondiagnostic_rate IS
    'Lung biopsies without a diagnosis. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.facility_months.extravasation_rate IS
    'CT exams with an extravasation. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.facility_months.imagesacquired IS
    'Images acquired. Unit: images. Sent as `imagesacquired`. Source: S.';
COMMENT ON COLUMN grid.facility_months.imagesrepeated IS
    'Images acquired again, of all those acquired. Unit: images. Sent as `imagesrepeated`. Source: S.';
COMMENT ON COLUMN grid.facility_months.liver_performed IS
    'Liver biopsies performed. Unit: biopsies. Sent as `performed`. Source: S.';
COMMENT ON COLUMN grid.facility_months.liver_nondiagnostic IS
    'Liver biopsies that gave no diagnosis. Unit: biopsies. Sent as `nondiagnostic`. Source: S.';
COMMENT ON COLUMN grid.facility_months.lung_performed IS
    'Lung biopsies performed. Unit: biopsies. Sent as `performed`. Source: S.';
COMMENT ON COLUMN grid.facility_months.lung_nondiagnostic IS
    'Lung biopsies that gave no diagnosis. Unit: biopsies. Sent as `nondiagnostic`. Source: S.';
COMMENT ON COLUMN grid.facility_months.lung_pneumothorax IS
    'Lung biopsies followed by a pneumothorax. Unit: biopsies. Sent as `pneumothorax`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.lung_chesttube IS
    'Lung biopsies after which a chest tube was placed. Unit: biopsies. Sent as `chesttube`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.contrast_exams IS
    'CT exams with contrast into a vein. Unit: exams. Sent as `exams`. Source: N, L.';
COMMENT ON COLUMN grid.facility_months.contrast_extravasations IS
    'Those exams at which contrast leaked out of the vein. Unit: exams. Sent as `extravasations`. Source: N, L.';
COMMENT ON COLUMN grid.facility_months.contrast_reactions_mild IS
    'Exams with a mild reaction to the contrast. Unit: exams. Sent as `reactions_mild`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.contrast_reactions_moderate IS
    'Exams with a moderate reaction to the contrast. Unit: exams. Sent as `reactions_moderate`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.contrast_reactions_severe IS
    'Exams with a severe reaction to the contrast. Unit: exams. Sent as `reactions_severe`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.critical_total IS
    'Critical results. Unit: results. Sent as `total`. Source: assumed.';
COMMENT ON COLUMN grid.facility_months.critical_communicatedontime IS
    'Critical results that were communicated within the facility''s target time. Unit: results. Sent as `communicatedontime`. Source: assumed.';
COMMENT ON TABLE grid.turnaround IS
    'Report turnaround of one modality in a facility''s month.';
COMMENT ON COLUMN grid.turnaround.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.turnaround.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.turnaround.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.turnaround.modality IS
    'Name of the element that holds the form.';
COMMENT ON COLUMN grid.turnaround.examscompleted IS
    'Exams of the modality completed in the month. Unit: exams. Sent as `examscompleted`. Source: S.';
COMMENT ON COLUMN grid.turnaround.meanhours IS
    'Mean turnaround: from completion of the exam to the final signature. Empty, not 0, where no exam was completed. Unit: hours. Sent as `meanhours`. Source: S.';
COMMENT ON COLUMN grid.turnaround.count_lt12h IS
    'Exams with a turnaround of less than 12 hours. Unit: exams. Sent as `count_lt12h`. Source: S.';
COMMENT ON COLUMN grid.turnaround.count_12to24h IS
    'Exams with a turnaround of 12 hours or more, less than 24. Unit: exams. Sent as `count_12to24h`. Source: S.';
COMMENT ON COLUMN grid.turnaround.count_24to48h IS
    'Exams with a turnaround of 24 hours or more, less than 48. Unit: exams. Sent as `count_24to48h`. Source: S.';
COMMENT ON COLUMN grid.turnaround.count_gt48h IS
    'Exams with a turnaround of 48 hours or more. Unit: exams. Sent as `count_gt48h`. Source: assumed.';
COMMENT ON COLUMN grid.turnaround.medianhours IS
    'Median turnaround. Unit: hours. Sent as `medianhours`. Source: assumed.';
COMMENT ON COLUMN grid.turnaround.mean_least_hours IS
    'Least mean that the buckets allow. Unit: hours. Computed by the registry, never sent. Source: GRID reference, G11.';
COMMENT ON COLUMN grid.turnaround.mean_most_hours IS
    'Highest mean that the buckets allow; none where an exam took 48 hours or more. Unit: hours. Computed by the registry, never sent. Source: GRID reference, G10.';
COMMENT ON COLUMN grid.turnaround.percent_within_12h IS
    'Share of exams reported within 12 hours. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.turnaround.percent_within_24h IS
    'Share of exams reported within 24 hours. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.turnaround.percent_within_48h IS
    'Share of exams reported within 48 hours. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON TABLE grid.waits IS
    'Wait of outpatients for one modality: from arrival to the start of the exam.';
COMMENT ON COLUMN grid.waits.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.waits.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.waits.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.waits.modality IS
    'Name of the element that holds the form.';
COMMENT ON COLUMN grid.waits.meanminutes IS
    'Mean wait. It includes the time of registration, and exams that were cross-read before the final report. Unit: minutes. Sent as `meanminutes`. Source: S, unit assumed.';
COMMENT ON COLUMN grid.waits.patientcount IS
    'Outpatients that the mean is of. Unit: patients. Sent as `patientcount`. Source: assumed.';
COMMENT ON TABLE grid.orders IS
    'Time from order to the start of the exam, of inpatients, for one modality.';
COMMENT ON COLUMN grid.orders.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.orders.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.orders.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.orders.modality IS
    'Name of the element that holds the form.';
COMMENT ON COLUMN grid.orders.meanminutes IS
    'Mean time from order to exam. Unit: minutes. Sent as `meanminutes`. Source: S, unit assumed.';
COMMENT ON COLUMN grid.orders.examcount IS
    'Inpatient exams that the mean is of. Unit: exams. Sent as `examcount`. Source: assumed.';
COMMENT ON TABLE grid.physician_months IS
    'The monthly data form by physician: what is under the physician''s own control.';
COMMENT ON COLUMN grid.physician_months.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.physician_months.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.physician_months.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.physician_months.facilityid IS
    'Facility; the same as in the header. Sent as `facilityid`. Source: S.';
COMMENT ON COLUMN grid.physician_months.year IS
    'Year of the month; the same as in the header. Sent as `year`. Source: S.';
COMMENT ON COLUMN grid.physician_months.month IS
    'Month; the same as in the header. Sent as `month`. Source: S.';
COMMENT ON COLUMN grid.physician_months.physicianid IS
    'Physician''s id in the facility''s dictionary of physicians. The physician must be a GRID participant there. Sent as `physicianid`. Source: S.';
COMMENT ON COLUMN grid.physician_months.npi IS
    'National Provider Identifier of the physician. Sent as `npi`. Source: S.';
COMMENT ON COLUMN grid.physician_months.repeat_rate IS
    'Images repeated of images acquired. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.physician_months.liver_nondiagnostic_rate IS
    'Liver biopsies without a diagnosis. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.physician_months.lung_nondiagnostic_rate IS
    'Lung biopsies without a diagnosis. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.physician_months.extravasation_rate IS
    'CT exams with an extravasation. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.physician_months.imagesacquired IS
    'Images acquired. Unit: images. Sent as `imagesacquired`. Source: S.';
COMMENT ON COLUMN grid.physician_months.imagesrepeated IS
    'Images acquired again, of all those acquired. Unit: images. Sent as `imagesrepeated`. Source: S.';
COMMENT ON COLUMN grid.physician_months.liver_performed IS
    'Liver biopsies performed. Unit: biopsies. Sent as `performed`. Source: S.';
COMMENT ON COLUMN grid.physician_months.liver_nondiagnostic IS
    'Liver biopsies that gave no diagnosis. Unit: biopsies. Sent as `nondiagnostic`. Source: S.';
COMMENT ON COLUMN grid.physician_months.lung_performed IS
    'Lung biopsies performed. Unit: biopsies. Sent as `performed`. Source: S.';
COMMENT ON COLUMN grid.physician_months.lung_nondiagnostic IS
    'Lung biopsies that gave no diagnosis. Unit: biopsies. Sent as `nondiagnostic`. Source: S.';
COMMENT ON COLUMN grid.physician_months.lung_pneumothorax IS
    'Lung biopsies followed by a pneumothorax. Unit: biopsies. Sent as `pneumothorax`. Source: assumed.';
COMMENT ON COLUMN grid.physician_months.lung_chesttube IS
    'Lung biopsies after which a chest tube was placed. Unit: biopsies. Sent as `chesttube`. Source: assumed.';
COMMENT ON COLUMN grid.physician_months.contrast_exams IS
    'CT exams with contrast into a vein. Unit: exams. Sent as `exams`. Source: N, L.';
COMMENT ON COLUMN grid.physician_months.contrast_extravasations IS
    'Those exams at which contrast leaked out of the vein. Unit: exams. Sent as `extravasations`. Source: N, L.';
COMMENT ON COLUMN grid.physician_months.contrast_reactions_mild IS
    'Exams with a mild reaction to the contrast. Unit: exams. Sent as `reactions_mild`. Source: assumed.';
COMMENT ON COLUMN grid.physician_months.contrast_reactions_moderate IS
    'Exams with a moderate reaction to the contrast. Unit: exams. Sent as `reactions_moderate`. Source: assumed.';
COMMENT ON COLUMN grid.physician_months.contrast_reactions_severe IS
    'Exams with a severe reaction to the contrast. Unit: exams. Sent as `reactions_severe`. Source: assumed.';
COMMENT ON TABLE grid.physician_turnaround IS
    'Report turnaround of one modality in a physician''s month.';
COMMENT ON COLUMN grid.physician_turnaround.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.physician_turnaround.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.physician_turnaround.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.physician_turnaround.modality IS
    'Name of the element that holds the form.';
COMMENT ON COLUMN grid.physician_turnaround.examscompleted IS
    'Exams of the modality completed in the month. Unit: exams. Sent as `examscompleted`. Source: S.';
COMMENT ON COLUMN grid.physician_turnaround.meanhours IS
    'Mean turnaround: from completion of the exam to the final signature. Empty, not 0, where no exam was completed. Unit: hours. Sent as `meanhours`. Source: S.';
COMMENT ON COLUMN grid.physician_turnaround.count_lt12h IS
    'Exams with a turnaround of less than 12 hours. Unit: exams. Sent as `count_lt12h`. Source: S.';
COMMENT ON COLUMN grid.physician_turnaround.count_12to24h IS
    'Exams with a turnaround of 12 hours or more, less than 24. Unit: exams. Sent as `count_12to24h`. Source: S.';
COMMENT ON COLUMN grid.physician_turnaround.count_24to48h IS
    'Exams with a turnaround of 24 hours or more, less than 48. Unit: exams. Sent as `count_24to48h`. Source: S.';
COMMENT ON COLUMN grid.physician_turnaround.count_gt48h IS
    'Exams with a turnaround of 48 hours or more. Unit: exams. Sent as `count_gt48h`. Source: assumed.';
COMMENT ON COLUMN grid.physician_turnaround.medianhours IS
    'Median turnaround. Unit: hours. Sent as `medianhours`. Source: assumed.';
COMMENT ON COLUMN grid.physician_turnaround.mean_least_hours IS
    'Least mean that the buckets allow. Unit: hours. Computed by the registry, never sent. Source: GRID reference, G11.';
COMMENT ON COLUMN grid.physician_turnaround.mean_most_hours IS
    'Highest mean that the buckets allow; none where an exam took 48 hours or more. Unit: hours. Computed by the registry, never sent. Source: GRID reference, G10.';
COMMENT ON COLUMN grid.physician_turnaround.percent_within_12h IS
    'Share of exams reported within 12 hours. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.physician_turnaround.percent_within_24h IS
    'Share of exams reported within 24 hours. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.physician_turnaround.percent_within_48h IS
    'Share of exams reported within 48 hours. Unit: %. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON TABLE grid.exams IS
    'One interpreted exam with its times. A repeated examuniqueid of the facility replaces the earlier exam.';
COMMENT ON COLUMN grid.exams.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.exams.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.exams.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.exams.facilityid IS
    'Facility of the exam. Left out or empty, it is that of the header. Sent as `facilityid`. Since contract version 1.1. Source: S.';
COMMENT ON COLUMN grid.exams.examuniqueid IS
    'Identifier of the exam, unique in its facility. It must not contain anything that identifies the patient. Sent as `examuniqueid`. Source: X (name assumed).';
COMMENT ON COLUMN grid.exams.physiciannpi IS
    'National Provider Identifier of the final signer, who is registered with the facility as a GRID participant. Sent as `physiciannpi`. Source: S, assumed.';
COMMENT ON COLUMN grid.exams.physiciangrouptin IS
    'Tax number of the physician''s group. Needed where the exam is used for MIPS. Sent as `physiciangrouptin`. Source: S.';
COMMENT ON COLUMN grid.exams.cptcode IS
    'CPT or HCPCS code of the exam, which sets its modality. Sent as `cptcode`. Source: assumed.';
COMMENT ON COLUMN grid.exams.modality IS
    'Modality of the exam. Codes: list modality. Sent as `modality`. Source: Q for the first six, rest assumed.';
COMMENT ON COLUMN grid.exams.breastultrasound IS
    'Whether an ultrasound is of the breast; then it is left out of ACRAD16. Sent as `breastultrasound`. Source: Q.';
COMMENT ON COLUMN grid.exams.placeofservice IS
    'Where the patient was cared for. It could be left out in version 1.2. Codes: list place_of_service. Sent as `placeofservice`. Since contract version 1.2. Source: S.';
COMMENT ON COLUMN grid.exams.multiplereaders IS
    'Whether several people read the exam, such as a resident and an attending. It could be left out in version 1.2. Sent as `multiplereaders`. Since contract version 1.2. Source: S.';
COMMENT ON COLUMN grid.exams.orderdatetime IS
    'When the exam was ordered. Sent without a zone, it is the facility''s own clock, held as if it were UTC. Sent as `orderdatetime`. Source: assumed.';
COMMENT ON COLUMN grid.exams.examstartdatetime IS
    'When the exam began. Sent without a zone, it is the facility''s own clock, held as if it were UTC. Sent as `examstartdatetime`. Source: assumed.';
COMMENT ON COLUMN grid.exams.examcompletiondatetime IS
    'When the exam was completed: turnaround begins. Times of one exam either all carry a zone, or are all local to the facility. Sent without a zone, it is the facility''s own clock, held as if it were UTC. Sent as `examcompletiondatetime`. Source: S.';
COMMENT ON COLUMN grid.exams.preliminaryreportdatetime IS
    'When a preliminary report was there; it never ends turnaround. Sent without a zone, it is the facility''s own clock, held as if it were UTC. Sent as `preliminaryreportdatetime`. Source: assumed.';
COMMENT ON COLUMN grid.exams.finalreportdatetime IS
    'When the report was signed as final for the first time: turnaround ends. Addenda do not count. Sent without a zone, it is the facility''s own clock, held as if it were UTC. Sent as `finalreportdatetime`. Source: S (addenda assumed).';
COMMENT ON COLUMN grid.exams.patientagegroup IS
    'Youngest age of the patient''s age group, where the age itself is not sent. Unit: years. Sent as `patientagegroup`. Since contract version 2.0. Source: assumed.';
COMMENT ON COLUMN grid.exams.patientage IS
    'Age of the patient at the exam. Unit: years. Sent as `patientage`. Since contract version 2.0. Source: assumed.';
COMMENT ON COLUMN grid.exams.patientsex IS
    'Sex of the patient. Codes: list sex. Sent as `patientsex`. Since contract version 2.0. Source: Q.';
COMMENT ON COLUMN grid.exams.payertype IS
    'Who pays for the exam. Codes: list payer_type. Sent as `payertype`. Source: assumed.';
COMMENT ON COLUMN grid.exams.icd10codes IS
    'ICD-10-CM codes of the reasons for the exam. Sent as `icd10codes`. Source: assumed.';
COMMENT ON COLUMN grid.exams.tat_hours IS
    'Report turnaround: from completion to the first final signature. Unit: hours. Computed by the registry, never sent. Source: GRID reference, G21.';
COMMENT ON COLUMN grid.exams.tat_bucket IS
    'Bucket of the monthly form for this turnaround: lt12h, 12to24h, 24to48h or gt48h. Computed by the registry, never sent. Source: GRID reference, 3.5.';
COMMENT ON COLUMN grid.exams.order_to_exam_minutes IS
    'From the order to the start of the exam. Unit: minutes. Computed by the registry, never sent. Source: GRID reference, 5.1.';
COMMENT ON COLUMN grid.exams.tat_measure IS
    'Turnaround measure that counts the exam; none for breast ultrasound and for modalities without one. Computed by the registry, never sent. Source: GRID reference, 5.2, G25, G26.';
COMMENT ON COLUMN grid.exams.exam_facilityid IS
    'Facility of the exam: that of the header where the record names none. Computed by the registry, never sent. Source: GRID reference, 3.7.';
COMMENT ON TABLE grid.exam_measures IS
    'What became of one quality measure at one exam.';
COMMENT ON COLUMN grid.exam_measures.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN grid.exam_measures.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN grid.exam_measures.record IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.exam_measures.entry IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN grid.exam_measures.measureid IS
    'The measure. Codes: list measure. Sent as `measureid`. Source: Q.';
COMMENT ON COLUMN grid.exam_measures.response IS
    'What became of it. Codes: list measure_response. Sent as `response`. Source: assumed.';
COMMENT ON COLUMN grid.exam_measures.reasoncode IS
    'Reason of an exception or exclusion, in the sender''s own codes. Sent as `reasoncode`. Source: assumed.';
COMMENT ON TABLE grid.codes IS
    'The registry''s code lists: join a coded column on list and code. Key: list, code.';
COMMENT ON COLUMN grid.codes.list IS
    'The code list.';
COMMENT ON COLUMN grid.codes.code IS
    'The code, as columns hold it.';
COMMENT ON COLUMN grid.codes.meaning IS
    'What the code says.';
COMMENT ON COLUMN grid.codes.since IS
    'First contract version that has it; empty: the first of all.';
COMMENT ON COLUMN grid.codes.until IS
    'Last contract version that has it; empty: the current one.';
COMMENT ON TABLE grid.thresholds IS
    'The figures that the registry''s rules compare with. Key: name.';
COMMENT ON COLUMN grid.thresholds.name IS
    'The threshold.';
COMMENT ON COLUMN grid.thresholds.value IS
    'The figure that rules compare with.';
COMMENT ON COLUMN grid.thresholds.unit IS
    'Its unit; empty where it has none.';
COMMENT ON COLUMN grid.thresholds.meaning IS
    'What it is for.';
COMMENT ON COLUMN grid.thresholds.source IS
    'Where it comes from.';
GRANT USAGE ON SCHEMA grid TO acr_reader, acr_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA grid TO acr_reader;
GRANT SELECT, INSERT, DELETE ON grid.submissions, grid.facility_years, grid.facility_months, grid.turnaround, grid.waits, grid.orders, grid.physician_months, grid.physician_turnaround, grid.exams, grid.exam_measures TO acr_writer;
