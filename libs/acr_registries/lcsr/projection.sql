-- The typed tables of this registry: always the current version of each record, written by the
-- consumer in the transaction that stores the version.
-- Made of the declaration by `python -m acr_registries.projection_files`; not edited by hand.

CREATE SCHEMA lcsr;

CREATE TABLE lcsr.submissions (
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
    transaction_id text,
    transaction_datetime timestamptz,
    num_of_exam_included bigint,
    transaction_partner_id text,
    transaction_app_id text,
    facility_id text,
    previous_transaction_id text,
    registry text,
    mapping_version text,
    PRIMARY KEY (partner_id, header_id)
);

CREATE TABLE lcsr.exams (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    exam_no bigint NOT NULL,
    file_version_number text,
    facility_id text NOT NULL,
    facility_npi text,
    registry_exam_number text,
    exam_registration_date date,
    exam_unique_id text NOT NULL,
    patient_ssn text,
    refused_to_answer_ssn text,
    medicare_beneficiary_id text,
    new_medicare_beneficiary_id text,
    refused_medicare_id text,
    other_id text,
    patient_last_name text NOT NULL,
    patient_first_name text NOT NULL,
    patient_middle_name text,
    patient_date_of_birth date NOT NULL,
    patient_sex text,
    patient_race text[] NOT NULL,
    patient_ethnicity text,
    health_insurance text[] NOT NULL,
    health_insurance_other_spec text,
    date_of_death date,
    how_cause_was_determined text,
    other_method_of_determining text,
    cause_of_death text,
    non_lung_cancer_cause text,
    death_within_30_days text,
    smoking_status text,
    number_of_packs_year_smoking double precision,
    number_of_years_since_quit double precision,
    did_physician_provide_guidance text,
    doc_of_shared_dec_making text,
    patient_height double precision,
    patient_weight double precision,
    patient_other_comorbidities text[] NOT NULL,
    patient_other_comorbidities_spec text,
    radiologist_reading_npi text,
    ordering_practitioner_npi text,
    exam_date date NOT NULL,
    signs_or_symptoms_of_lung_cancer text,
    indication_of_exam text,
    modality text,
    ct_scanner_manufacturer text,
    ct_scanner_model text,
    ctdivol double precision,
    dlp double precision,
    tube_current_time double precision,
    tube_voltage bigint,
    scanning_time double precision,
    scanning_volume double precision,
    pitch double precision,
    reconstructed_image_width double precision,
    ct_exam_result_lung_rads text,
    reason_for_recall text,
    reason_for_recall_spec text,
    lung_rads_version text,
    ct_exam_result_modifier_s text,
    what_were_the_other_findings text[] NOT NULL,
    other_int_lung_disease text,
    other_abnormalities_spec text,
    ct_exam_result_modifier_c text,
    years_since_prior_diagnosis double precision,
    education_level text,
    education_level_other_spec text,
    radon_exposure text,
    occupational_exposures text[] NOT NULL,
    occupational_exposures_spec text,
    history_of_cancers text[] NOT NULL,
    other_smoking_cancers_spec text,
    lung_cancer_in_first_deg_rel text,
    lung_cancer_other_first_deg_rel text,
    copd text,
    pulmonary_fibrosis text,
    second_hand_smoke_exposure text,
    patient_key text,
    age_at_exam bigint,
    body_mass_index double precision,
    scan_length double precision,
    uspstf_eligibility text,
    uspstf_rule_set text,
    cms_eligibility text,
    cms_rule_set text,
    positive_screen boolean,
    next_step text,
    next_step_months bigint,
    malignancy_risk text,
    complete boolean,
    cms_ready boolean,
    PRIMARY KEY (partner_id, header_id, exam_no)
);

CREATE TABLE lcsr.follow_ups (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    exam_no bigint NOT NULL,
    follow_up_no bigint NOT NULL,
    facility_id text,
    follow_up_unique_id text,
    date_of_follow_up date NOT NULL,
    follow_up_diagnostic text,
    follow_up_diagnostic_other_spec text,
    tissue_diagnosis text,
    tissue_diagnosis_other_spec text,
    tissue_diagnosis_method text,
    location_from_sample_obtained text,
    location_other_spec text,
    histology text,
    histology_non_small_cell_lc text,
    other_non_small_cell_lc_histology_spec text,
    stage_clinical_or_pathologic text,
    overall_stage text,
    t_status text,
    n_status text,
    m_status text,
    ajcc_cancer_staging_edition text,
    period_of_follow_up bigint,
    exam_unique_id text,
    lung_cancer boolean,
    stage_group text,
    PRIMARY KEY (partner_id, header_id, exam_no, follow_up_no)
);

CREATE TABLE lcsr.loose_follow_ups (
    partner_id text NOT NULL,
    header_id uuid NOT NULL,
    follow_up_no bigint NOT NULL,
    facility_id text,
    follow_up_unique_id text,
    date_of_follow_up date NOT NULL,
    follow_up_diagnostic text,
    follow_up_diagnostic_other_spec text,
    tissue_diagnosis text,
    tissue_diagnosis_other_spec text,
    tissue_diagnosis_method text,
    location_from_sample_obtained text,
    location_other_spec text,
    histology text,
    histology_non_small_cell_lc text,
    other_non_small_cell_lc_histology_spec text,
    stage_clinical_or_pathologic text,
    overall_stage text,
    t_status text,
    n_status text,
    m_status text,
    ajcc_cancer_staging_edition text,
    period_of_follow_up bigint,
    exam_unique_id text NOT NULL,
    lung_cancer boolean,
    stage_group text,
    PRIMARY KEY (partner_id, header_id, follow_up_no)
);

CREATE TABLE lcsr.codes (
    list text NOT NULL,
    code text NOT NULL,
    meaning text NOT NULL,
    since text,
    until text,
    PRIMARY KEY (list, code)
);

CREATE TABLE lcsr.thresholds (
    name text NOT NULL,
    value double precision NOT NULL,
    unit text NOT NULL,
    meaning text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (name)
);

ALTER TABLE lcsr.exams ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES lcsr.submissions (partner_id, header_id) ON DELETE CASCADE;
ALTER TABLE lcsr.follow_ups ADD FOREIGN KEY (partner_id, header_id, exam_no)
    REFERENCES lcsr.exams (partner_id, header_id, exam_no) ON DELETE CASCADE;
ALTER TABLE lcsr.loose_follow_ups ADD FOREIGN KEY (partner_id, header_id)
    REFERENCES lcsr.submissions (partner_id, header_id) ON DELETE CASCADE;
-- Follow-ups find their exam by it, and a newer submission of an exam the former one.
CREATE INDEX exams_facility_id_exam_unique_id ON lcsr.exams (facility_id, exam_unique_id);
-- Measures count the exams of a facility in a period.
CREATE INDEX exams_facility_id_exam_date ON lcsr.exams (facility_id, exam_date);
-- Measures of all facilities count the exams of a period.
CREATE INDEX exams_exam_date ON lcsr.exams (exam_date);
-- An exam finds the follow-ups that name it.
CREATE INDEX loose_follow_ups_exam_unique_id ON lcsr.loose_follow_ups (exam_unique_id);

COMMENT ON TABLE lcsr.submissions IS
    'One row for each record: its current version, with the header''s elements. Key: partner_id, header_id.';
COMMENT ON COLUMN lcsr.submissions.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN lcsr.submissions.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN lcsr.submissions.version_no IS
    'The current version, the header''s `versionno`.';
COMMENT ON COLUMN lcsr.submissions.status IS
    'complete, incomplete (a finding of that severity), in_progress or cancelled (as the sender says), or unreadable (today''s declaration cannot read the body; the record is kept).';
COMMENT ON COLUMN lcsr.submissions.contract_version IS
    'Contract version by which the body was read.';
COMMENT ON COLUMN lcsr.submissions.submission_id IS
    'Submission that brought the version.';
COMMENT ON COLUMN lcsr.submissions.received_at IS
    'When the gateway received it.';
COMMENT ON COLUMN lcsr.submissions.incomplete_findings IS
    'Findings that call it incomplete.';
COMMENT ON COLUMN lcsr.submissions.warning_findings IS
    'Findings that warn.';
COMMENT ON COLUMN lcsr.submissions.appid IS
    'Application that sent it, the header''s `appid`.';
COMMENT ON COLUMN lcsr.submissions.dartprojectid IS
    'Project of the sender, the header''s `dartprojectid`.';
COMMENT ON COLUMN lcsr.submissions.projectname IS
    'Name of that project, the header''s `projectname`.';
COMMENT ON COLUMN lcsr.submissions.programdartid IS
    'Program at the registry, the header''s `programdartid`.';
COMMENT ON COLUMN lcsr.submissions.mediatype IS
    'Form of the data at its source, the header''s `mediatype`.';
COMMENT ON COLUMN lcsr.submissions.creationdate IS
    'When the sender made the record.';
COMMENT ON COLUMN lcsr.submissions.modificationdate IS
    'When the sender last changed the record.';
COMMENT ON COLUMN lcsr.submissions.transaction_id IS
    'The sender''s own key of the transaction, unique for partner and application. Sent as `Transaction_ID`. Source: N.';
COMMENT ON COLUMN lcsr.submissions.transaction_datetime IS
    'When the transaction was made: MM/DD/YYYY with or without HH:MM:SS, or RFC 3339. Sent as `Transaction_DateTime`. Source: N.';
COMMENT ON COLUMN lcsr.submissions.num_of_exam_included IS
    'Number of exams in the transaction. Sent as `Num_of_Exam_Included`. Source: N.';
COMMENT ON COLUMN lcsr.submissions.transaction_partner_id IS
    'Identifier of the certified partner. Sent as `Partner_ID`. Source: N.';
COMMENT ON COLUMN lcsr.submissions.transaction_app_id IS
    'Identifier of the partner''s application. Sent as `App_ID`. Source: N.';
COMMENT ON COLUMN lcsr.submissions.facility_id IS
    'Number of the facility whose exams are sent. Sent as `Facility_ID`. Source: N.';
COMMENT ON COLUMN lcsr.submissions.previous_transaction_id IS
    'No longer used: it is kept and ignored. Sent as `Previous_Transaction_ID`. Source: M.';
COMMENT ON COLUMN lcsr.submissions.registry IS
    'Registry that is meant. Codes: list registry. Sent as `Registry`. Source: assumed.';
COMMENT ON COLUMN lcsr.submissions.mapping_version IS
    'Version of the contract by which the transaction was made. Sent as `Mapping_Version`. Source: assumed.';
COMMENT ON TABLE lcsr.exams IS
    'One baseline or annual screening exam by low-dose CT, with the patient, the study and risk factors.';
COMMENT ON COLUMN lcsr.exams.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN lcsr.exams.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN lcsr.exams.exam_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN lcsr.exams.file_version_number IS
    'Version of the file form from which the exam was read. Batch files carry it; the web form names the version in its transaction header. Sent as `File_Version_Number`. Since contract version 1.1. Source: V; name assumed.';
COMMENT ON COLUMN lcsr.exams.facility_id IS
    'Number of the facility where the patient was scanned, as the registry issued it. Sent as `Facility_ID`. Source: V, S, I.';
COMMENT ON COLUMN lcsr.exams.facility_npi IS
    'National Provider Identifier of the facility. Sent as `Facility_NPI`. Source: C, S, I; check assumed.';
COMMENT ON COLUMN lcsr.exams.registry_exam_number IS
    'Number that the registry gives to the exam. It is read-only. Sent as `Registry_Exam_Number`. Source: S.';
COMMENT ON COLUMN lcsr.exams.exam_registration_date IS
    'Day on which the exam was registered. Older editions of the manual form asked for it. Sent as `Exam_Registration_Date`. Source: S.';
COMMENT ON COLUMN lcsr.exams.exam_unique_id IS
    'The sender''s own key of the exam, such as the accession number. It is unique within the facility; sent again, the exam replaces the former one. Sent as `Exam_Unique_ID`. Source: I, S; length and need assumed.';
COMMENT ON COLUMN lcsr.exams.patient_ssn IS
    'Social Security number of the patient. Sent as `Patient_SSN`. Source: S, I.';
COMMENT ON COLUMN lcsr.exams.refused_to_answer_ssn IS
    'Whether the Social Security number was not given. Codes: list yes_no. Sent as `Refused_To_Answer_SSN`. Source: M.';
COMMENT ON COLUMN lcsr.exams.medicare_beneficiary_id IS
    'Medicare number of the former kind, made of a Social Security number and a suffix. Sent as `Medicare_Beneficiary_ID`. Source: M, S, I; condition partly assumed.';
COMMENT ON COLUMN lcsr.exams.new_medicare_beneficiary_id IS
    'Medicare Beneficiary Identifier, as issued since 2018. Sent as `New_Medicare_Beneficiary_ID`. Since contract version 1.1. Source: V, I.';
COMMENT ON COLUMN lcsr.exams.refused_medicare_id IS
    'Whether the Medicare number was not given. Send Y for patients without Medicare. Codes: list yes_no. Sent as `Refused_Medicare_ID`. Source: M; Y for patients without Medicare assumed.';
COMMENT ON COLUMN lcsr.exams.other_id IS
    'Identifier of the patient that is unique within the facility, such as the medical record number. Sent as `Other_ID`. Source: M; S for the principle.';
COMMENT ON COLUMN lcsr.exams.patient_last_name IS
    'Last name of the patient. Sent as `Patient_Last_Name`. Source: U; longest length and characters N.';
COMMENT ON COLUMN lcsr.exams.patient_first_name IS
    'First name of the patient. Sent as `Patient_First_Name`. Source: U; longest length and characters N.';
COMMENT ON COLUMN lcsr.exams.patient_middle_name IS
    'Middle name or initial of the patient. Sent as `Patient_Middle_Name`. Source: I; characters N.';
COMMENT ON COLUMN lcsr.exams.patient_date_of_birth IS
    'Day on which the patient was born. Sent as `Patient_Date_Of_Birth`. Source: N; name and ages assumed.';
COMMENT ON COLUMN lcsr.exams.patient_sex IS
    'Sex of the patient. Codes: list sex. Sent as `Patient_Sex`. Source: M.';
COMMENT ON COLUMN lcsr.exams.patient_race IS
    'Races of the patient. Codes: list race. Sent as `Patient_Race`. Source: M, I; need assumed.';
COMMENT ON COLUMN lcsr.exams.patient_ethnicity IS
    'Whether the patient is Hispanic or Latino. Codes: list ethnicity. Sent as `Patient_Ethnicity`. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.exams.health_insurance IS
    'Who insures the patient''s health. Codes: list health_insurance. Sent as `Health_Insurance`. Source: M, I; need assumed.';
COMMENT ON COLUMN lcsr.exams.health_insurance_other_spec IS
    'Which other insurance the patient has. Sent as `Health_Insurance_Other_Spec`. Since contract version 1.5. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.date_of_death IS
    'Day on which the patient died. Sent as `Date_Of_Death`. Source: I; rule assumed.';
COMMENT ON COLUMN lcsr.exams.how_cause_was_determined IS
    'How the cause of death became known. Codes: list death_source. Sent as `How_Cause_Was_Determined`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.other_method_of_determining IS
    'Which other way the cause of death became known. Sent as `Other_Method_Of_Determining`. Source: M, I.';
COMMENT ON COLUMN lcsr.exams.cause_of_death IS
    'Whether lung cancer was the cause of death. Codes: list death_cause. Sent as `Cause_Of_Death`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.non_lung_cancer_cause IS
    'What the patient died of, where it was not lung cancer and is known. Sent as `Non_Lung_Cancer_Cause`. Source: M, I.';
COMMENT ON COLUMN lcsr.exams.death_within_30_days IS
    'Whether the patient died within 30 days of the most invasive diagnostic procedure. Codes: list yes_no_unknown. Sent as `Death_Within_30_Days`, number ~120. Source: M, I; window and condition assumed.';
COMMENT ON COLUMN lcsr.exams.smoking_status IS
    'Whether the patient smokes. Current and former smokers have smoked at least 100 cigarettes in their life. Codes: list smoking_status. Sent as `Smoking_Status`, number ~127. Source: S, I.';
COMMENT ON COLUMN lcsr.exams.number_of_packs_year_smoking IS
    'Pack-years: packs a day, times years of smoking. Unit: pack-years. Sent as `Number_Of_Packs_Year_Smoking`, number ~128. Source: M, S; range assumed.';
COMMENT ON COLUMN lcsr.exams.number_of_years_since_quit IS
    'Years since the patient stopped smoking. Unit: years. Sent as `Number_Of_Years_Since_Quit`, number ~129. Source: C, I; range assumed.';
COMMENT ON COLUMN lcsr.exams.did_physician_provide_guidance IS
    'Whether a physician, imaging or ordering, gave guidance on how to stop smoking. Codes: list yes_no_unknown. Sent as `Did_Physician_Provide_Guidance`, number ~130. Source: M, S; condition assumed.';
COMMENT ON COLUMN lcsr.exams.doc_of_shared_dec_making IS
    'Whether shared decision-making is documented. A baseline exam of a Medicare patient is expected to have it. Codes: list yes_no_unknown. Sent as `Doc_Of_Shared_Dec_Making`, number ~131. Source: M, S; warning assumed.';
COMMENT ON COLUMN lcsr.exams.patient_height IS
    'Height of the patient. Unit: inches. Sent as `Patient_Height`, number ~132. Source: S; unit and range assumed.';
COMMENT ON COLUMN lcsr.exams.patient_weight IS
    'Weight of the patient. Unit: pounds. Sent as `Patient_Weight`, number ~133. Source: I; unit, need and range assumed.';
COMMENT ON COLUMN lcsr.exams.patient_other_comorbidities IS
    'Other illnesses of the patient. Codes: list comorbidities. Sent as `Patient_Other_Comorbidities`, number ~134. Source: I, D.';
COMMENT ON COLUMN lcsr.exams.patient_other_comorbidities_spec IS
    'Which other illness the patient has. Sent as `Patient_Other_Comorbidities_Spec`, number ~135. Source: U.';
COMMENT ON COLUMN lcsr.exams.radiologist_reading_npi IS
    'National Provider Identifier of the radiologist who read the exam. Sent as `Radiologist_Reading_NPI`, number ~136. Source: C, I; checks assumed.';
COMMENT ON COLUMN lcsr.exams.ordering_practitioner_npi IS
    'National Provider Identifier of the practitioner who ordered the exam. Sent as `Ordering_Practitioner_NPI`, number ~137. Source: C, I; checks assumed.';
COMMENT ON COLUMN lcsr.exams.exam_date IS
    'Day of the screening exam. Sent as `Exam_Date`, number ~138. Source: C; name and range assumed.';
COMMENT ON COLUMN lcsr.exams.signs_or_symptoms_of_lung_cancer IS
    'Whether the patient had signs or symptoms of lung cancer. A screening exam is for people without. Codes: list yes_no. Sent as `Signs_Or_Symptoms_Of_Lung_Cancer`, number ~139. Source: C, I; warning assumed.';
COMMENT ON COLUMN lcsr.exams.indication_of_exam IS
    'Whether it is the first screening exam of the patient or a later one. Codes: list indication. Sent as `Indication_Of_Exam`, number ~140. Source: S, I.';
COMMENT ON COLUMN lcsr.exams.modality IS
    'Kind of exam that was made. Routine chest CT stands only where full dose was given in error. Codes: list modality. Sent as `Modality`, number ~141. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.exams.ct_scanner_manufacturer IS
    'Manufacturer of the scanner. Sent as `CT_Scanner_Manufacturer`, number ~142. Source: C, I; length assumed.';
COMMENT ON COLUMN lcsr.exams.ct_scanner_model IS
    'Model of the scanner. Sent as `CT_Scanner_Model`, number ~143. Source: C, I; length assumed.';
COMMENT ON COLUMN lcsr.exams.ctdivol IS
    'Volume CT dose index of the exam without the localizer, for the 32 cm phantom. Unit: mGy. Sent as `CTDIvol`, number ~144. Source: C, I; range assumed.';
COMMENT ON COLUMN lcsr.exams.dlp IS
    'Dose-length product of the exam without the localizer. Unit: mGy·cm. Sent as `DLP`, number ~145. Source: I; need and range assumed.';
COMMENT ON COLUMN lcsr.exams.tube_current_time IS
    'Product of tube current and time. Unit: mAs. Sent as `Tube_Current_Time`, number ~146. Source: I; range assumed.';
COMMENT ON COLUMN lcsr.exams.tube_voltage IS
    'Voltage of the tube. Unit: kV. Sent as `Tube_Voltage`, number ~147. Source: I; range assumed.';
COMMENT ON COLUMN lcsr.exams.scanning_time IS
    'Time that the scan took. Unit: s. Sent as `Scanning_Time`, number ~148. Source: I; range assumed.';
COMMENT ON COLUMN lcsr.exams.scanning_volume IS
    'Volume that was scanned. Unit: cm³. Sent as `Scanning_Volume`, number ~149. Source: I; unit assumed.';
COMMENT ON COLUMN lcsr.exams.pitch IS
    'Table travel of one rotation, divided by the width of the beam. Sent as `Pitch`, number ~150. Source: I; range assumed.';
COMMENT ON COLUMN lcsr.exams.reconstructed_image_width IS
    'Thickness of the reconstructed images. Unit: mm. Sent as `Reconstructed_Image_Width`, number ~151. Source: I; range assumed.';
COMMENT ON COLUMN lcsr.exams.ct_exam_result_lung_rads IS
    'Lung-RADS category of the exam, as text. The modifier S has an element of its own. Codes: list lung_rads. Sent as `CT_Exam_Result_Lung_RADS`, number ~152. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.exams.reason_for_recall IS
    'Why the exam could not be assessed. Codes: list recall_reason. Sent as `Reason_For_Recall`, number ~153. Source: I, V; condition assumed.';
COMMENT ON COLUMN lcsr.exams.reason_for_recall_spec IS
    'Why the exam could not be completed. Sent as `Reason_For_Recall_Spec`. Since contract version 1.2. Source: V, I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.lung_rads_version IS
    'Version of Lung-RADS by which the exam was assessed. Codes: list lung_rads_version. Sent as `Lung_RADS_Version`. Since contract version 1.2. Source: V, I; codes, 2022 and need assumed.';
COMMENT ON COLUMN lcsr.exams.ct_exam_result_modifier_s IS
    'Whether there were other findings that are, or may be, clinically significant. Codes: list yes_no. Sent as `CT_Exam_Result_Modifier_S`, number ~154. Source: M, I; need assumed.';
COMMENT ON COLUMN lcsr.exams.what_were_the_other_findings IS
    'Which other significant findings there were. Codes: list other_findings. Sent as `What_Were_The_Other_Findings`, number ~155. Source: I; conditions assumed.';
COMMENT ON COLUMN lcsr.exams.other_int_lung_disease IS
    'Which interstitial lung disease was found. Codes: list interstitial_disease. Sent as `Other_Int_Lung_Disease`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.other_abnormalities_spec IS
    'Which other significant abnormality was found. Sent as `Other_Abnormalities_Spec`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.ct_exam_result_modifier_c IS
    'Whether the patient has had lung cancer before. Lung-RADS gave up this modifier after version 1.0; the element stayed. Codes: list yes_no_unknown. Sent as `CT_Exam_Result_Modifier_C`. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.exams.years_since_prior_diagnosis IS
    'Years since the earlier diagnosis of lung cancer. Unit: years. Sent as `Years_Since_Prior_Diagnosis`. Source: M, I; range assumed.';
COMMENT ON COLUMN lcsr.exams.education_level IS
    'Highest education of the patient. Codes: list education. Sent as `Education_Level`. Source: I.';
COMMENT ON COLUMN lcsr.exams.education_level_other_spec IS
    'Which other education the patient has. Sent as `Education_Level_Other_Spec`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.exams.radon_exposure IS
    'Whether a high exposure to radon is documented. Codes: list yes_no_unknown. Sent as `Radon_Exposure`. Source: I.';
COMMENT ON COLUMN lcsr.exams.occupational_exposures IS
    'What the patient has been exposed to at work. Codes: list occupational_exposures. Sent as `Occupational_Exposures`. Source: I, V; exclusivity assumed.';
COMMENT ON COLUMN lcsr.exams.occupational_exposures_spec IS
    'To what else the patient has been exposed. Sent as `Occupational_Exposures_Spec`. Since contract version 1.2. Source: V, I.';
COMMENT ON COLUMN lcsr.exams.history_of_cancers IS
    'Which cancers the patient has had. Codes: list cancer_history. Sent as `History_Of_Cancers`. Source: I; rules assumed.';
COMMENT ON COLUMN lcsr.exams.other_smoking_cancers_spec IS
    'Which other smoking-related cancer the patient has had. Sent as `Other_Smoking_Cancers_Spec`. Since contract version 1.2. Source: V, I.';
COMMENT ON COLUMN lcsr.exams.lung_cancer_in_first_deg_rel IS
    'Whether a parent, sibling or child of the patient has had lung cancer. Codes: list yes_no_unknown. Sent as `Lung_Cancer_In_First_Deg_Rel`, number ~181. Source: I.';
COMMENT ON COLUMN lcsr.exams.lung_cancer_other_first_deg_rel IS
    'Whether another relative of the patient has had lung cancer. Codes: list yes_no_unknown. Sent as `Lung_Cancer_Other_First_Deg_Rel`, number ~182. Source: I.';
COMMENT ON COLUMN lcsr.exams.copd IS
    'Whether the patient has chronic obstructive pulmonary disease. Codes: list yes_no_unknown. Sent as `COPD`, number 183. Source: D, I.';
COMMENT ON COLUMN lcsr.exams.pulmonary_fibrosis IS
    'Whether the patient has pulmonary fibrosis. Codes: list yes_no_unknown. Sent as `Pulmonary_Fibrosis`, number ~184. Source: I.';
COMMENT ON COLUMN lcsr.exams.second_hand_smoke_exposure IS
    'Whether the patient is exposed to the smoke of others. Codes: list yes_no_unknown. Sent as `Second_Hand_Smoke_Exposure`, number ~185. Source: I.';
COMMENT ON COLUMN lcsr.exams.patient_key IS
    'Key of the patient within the facility: Social Security number, else Medicare number, else Other_ID, each behind its kind. Computed by the registry, never sent. Source: LCSR reference, P4; order assumed.';
COMMENT ON COLUMN lcsr.exams.age_at_exam IS
    'Age of the patient on the day of the exam, in whole years. Unit: years. Computed by the registry, never sent. Source: LCSR reference, 4.6.';
COMMENT ON COLUMN lcsr.exams.body_mass_index IS
    'Body mass index, of height and weight. Unit: kg/m². Computed by the registry, never sent. Source: LCSR reference, K9; assumed.';
COMMENT ON COLUMN lcsr.exams.scan_length IS
    'Scan length: DLP divided by CTDIvol. Unit: cm. Computed by the registry, never sent. Source: LCSR reference, K7; assumed.';
COMMENT ON COLUMN lcsr.exams.uspstf_eligibility IS
    'Whether the exam meets the USPSTF rules of its day: met, not met or cannot tell. Computed by the registry, never sent. Source: LCSR reference, 4.6.';
COMMENT ON COLUMN lcsr.exams.uspstf_rule_set IS
    'USPSTF rules that were in force on the day of the exam. Computed by the registry, never sent. Source: LCSR reference, 4.6.';
COMMENT ON COLUMN lcsr.exams.cms_eligibility IS
    'Whether the exam meets the Medicare rules of its day: met, not met or cannot tell. Computed by the registry, never sent. Source: LCSR reference, 4.6 (C).';
COMMENT ON COLUMN lcsr.exams.cms_rule_set IS
    'Medicare rules that were in force on the day of the exam. Computed by the registry, never sent. Source: LCSR reference, 4.6 (C).';
COMMENT ON COLUMN lcsr.exams.positive_screen IS
    'Whether the screen is positive: Lung-RADS 3, 4A, 4B or 4X. Computed by the registry, never sent. Source: LCSR reference, 3.6.';
COMMENT ON COLUMN lcsr.exams.next_step IS
    'Usual next step for the Lung-RADS category. Computed by the registry, never sent. Source: LCSR reference, 3.6.';
COMMENT ON COLUMN lcsr.exams.next_step_months IS
    'Months within which the usual next step is due. Unit: months. Computed by the registry, never sent. Source: LCSR reference, 3.6 and 5.2; 4B and 4X assumed.';
COMMENT ON COLUMN lcsr.exams.malignancy_risk IS
    'Expected risk of malignancy for the Lung-RADS category, in percent. Computed by the registry, never sent. Source: LCSR reference, 3.6.';
COMMENT ON COLUMN lcsr.exams.complete IS
    'Whether the exam and its follow-ups have all that a complete record needs. Computed by the registry, never sent. Source: LCSR reference, 2.2 (M).';
COMMENT ON COLUMN lcsr.exams.cms_ready IS
    'Whether the exam has every element of the Medicare list of 2015; such exams go to CMS. Computed by the registry, never sent. Source: LCSR reference, 1 and 3 (C, S).';
COMMENT ON TABLE lcsr.follow_ups IS
    'Imaging, biopsy or surgery after the screening exam within which it is sent.';
COMMENT ON COLUMN lcsr.follow_ups.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN lcsr.follow_ups.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN lcsr.follow_ups.exam_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN lcsr.follow_ups.follow_up_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN lcsr.follow_ups.facility_id IS
    'Number of the facility of the screening exam. Without it, that of the exam or of the transaction header counts. Sent as `Facility_ID`. Source: V, S, I; need assumed.';
COMMENT ON COLUMN lcsr.follow_ups.follow_up_unique_id IS
    'The sender''s own key of the follow-up. Sent as `Follow_Up_Unique_ID`. Since contract version 1.2. Source: V; name and length assumed.';
COMMENT ON COLUMN lcsr.follow_ups.date_of_follow_up IS
    'Day of the follow-up, from the exam to twelve months after it. Sent as `Date_Of_Follow_Up`, number ~7B1. Source: U; name and window assumed.';
COMMENT ON COLUMN lcsr.follow_ups.follow_up_diagnostic IS
    'Procedure of the follow-up. Codes: list follow_up_diagnostic. Sent as `Follow_Up_Diagnostic`, number ~7B2. Source: assumed.';
COMMENT ON COLUMN lcsr.follow_ups.follow_up_diagnostic_other_spec IS
    'Which other procedure it was. Sent as `Follow_Up_Diagnostic_Other_Spec`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.tissue_diagnosis IS
    'What the tissue showed. Codes: list tissue_diagnosis. Sent as `Tissue_Diagnosis`, number ~7B3. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.tissue_diagnosis_other_spec IS
    'Which other diagnosis it was. Sent as `Tissue_Diagnosis_Other_Spec`. Since contract version 1.5. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.tissue_diagnosis_method IS
    'How the tissue was obtained. Codes: list tissue_method. Sent as `Tissue_Diagnosis_Method`, number ~7B4. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.location_from_sample_obtained IS
    'Where in the lung the tissue was taken from. Codes: list sample_location. Sent as `Location_From_Sample_Obtained`, number ~7B5. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.location_other_spec IS
    'Which other place the tissue was taken from. Sent as `Location_Other_Spec`. Source: M.';
COMMENT ON COLUMN lcsr.follow_ups.histology IS
    'Histology of the tumour. Codes: list histology. Sent as `Histology`, number ~168. Source: D, I; exemptions beyond 1 and 4 assumed.';
COMMENT ON COLUMN lcsr.follow_ups.histology_non_small_cell_lc IS
    'Which non-small-cell lung cancer it is. Codes: list non_small_cell. Sent as `Histology_Non_Small_Cell_LC`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.other_non_small_cell_lc_histology_spec IS
    'Which other non-small-cell lung cancer it is. Sent as `Other_Non_Small_Cell_LC_Histology_Spec`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.stage_clinical_or_pathologic IS
    'Whether the stage is clinical or pathologic. Codes: list stage_basis. Sent as `Stage_Clinical_Or_Pathologic`, number ~169. Source: D, I.';
COMMENT ON COLUMN lcsr.follow_ups.overall_stage IS
    'Stage group of the tumour. Codes: list overall_stage. Sent as `Overall_Stage`, number ~170. Source: D, V; first list assumed.';
COMMENT ON COLUMN lcsr.follow_ups.t_status IS
    'Extent of the tumour itself. It may be 99. Codes: list t_status. Sent as `T_Status`, number ~7B9. Source: V, I; first list assumed.';
COMMENT ON COLUMN lcsr.follow_ups.n_status IS
    'Spread to lymph nodes. Codes: list n_status. Sent as `N_Status`, number ~7B10. Source: I; list assumed.';
COMMENT ON COLUMN lcsr.follow_ups.m_status IS
    'Distant metastasis. Codes: list m_status. Sent as `M_Status`, number ~7B11. Source: I; list assumed.';
COMMENT ON COLUMN lcsr.follow_ups.ajcc_cancer_staging_edition IS
    'Edition of the AJCC staging manual. Codes: list ajcc_edition. Sent as `AJCC_Cancer_Staging_Edition`. Since contract version 1.2. Source: V, I; condition assumed.';
COMMENT ON COLUMN lcsr.follow_ups.period_of_follow_up IS
    'Months from the exam to the follow-up. The registry computes them of the dates as well. Unit: months. Sent as `Period_Of_Follow_Up`, number ~7B12. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.follow_ups.exam_unique_id IS
    'Key of the screening exam. The nesting says it already; where it is sent, it must be the same. Sent as `Exam_Unique_ID`. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.follow_ups.lung_cancer IS
    'Whether tissue proves lung cancer; empty where it was not taken or does not decide. Computed by the registry, never sent. Source: LCSR reference, 5.2; assumed.';
COMMENT ON COLUMN lcsr.follow_ups.stage_group IS
    'Group of the stage: early (I to II), advanced (III to IV), in situ or occult. Computed by the registry, never sent. Source: LCSR reference, 5.2, measure 14; assumed.';
COMMENT ON TABLE lcsr.loose_follow_ups IS
    'Imaging, biopsy or surgery after a screening exam that was sent before, which it names.';
COMMENT ON COLUMN lcsr.loose_follow_ups.partner_id IS
    'Sender, as the header''s `partnerid` names it.';
COMMENT ON COLUMN lcsr.loose_follow_ups.header_id IS
    'Id of the record, the header''s `id`.';
COMMENT ON COLUMN lcsr.loose_follow_ups.follow_up_no IS
    'Place in the list of the submission, from 1.';
COMMENT ON COLUMN lcsr.loose_follow_ups.facility_id IS
    'Number of the facility of the screening exam. Without it, that of the exam or of the transaction header counts. Sent as `Facility_ID`. Source: V, S, I; need assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.follow_up_unique_id IS
    'The sender''s own key of the follow-up. Sent as `Follow_Up_Unique_ID`. Since contract version 1.2. Source: V; name and length assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.date_of_follow_up IS
    'Day of the follow-up, from the exam to twelve months after it. Sent as `Date_Of_Follow_Up`, number ~7B1. Source: U; name and window assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.follow_up_diagnostic IS
    'Procedure of the follow-up. Codes: list follow_up_diagnostic. Sent as `Follow_Up_Diagnostic`, number ~7B2. Source: assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.follow_up_diagnostic_other_spec IS
    'Which other procedure it was. Sent as `Follow_Up_Diagnostic_Other_Spec`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.tissue_diagnosis IS
    'What the tissue showed. Codes: list tissue_diagnosis. Sent as `Tissue_Diagnosis`, number ~7B3. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.tissue_diagnosis_other_spec IS
    'Which other diagnosis it was. Sent as `Tissue_Diagnosis_Other_Spec`. Since contract version 1.5. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.tissue_diagnosis_method IS
    'How the tissue was obtained. Codes: list tissue_method. Sent as `Tissue_Diagnosis_Method`, number ~7B4. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.location_from_sample_obtained IS
    'Where in the lung the tissue was taken from. Codes: list sample_location. Sent as `Location_From_Sample_Obtained`, number ~7B5. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.location_other_spec IS
    'Which other place the tissue was taken from. Sent as `Location_Other_Spec`. Source: M.';
COMMENT ON COLUMN lcsr.loose_follow_ups.histology IS
    'Histology of the tumour. Codes: list histology. Sent as `Histology`, number ~168. Source: D, I; exemptions beyond 1 and 4 assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.histology_non_small_cell_lc IS
    'Which non-small-cell lung cancer it is. Codes: list non_small_cell. Sent as `Histology_Non_Small_Cell_LC`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.other_non_small_cell_lc_histology_spec IS
    'Which other non-small-cell lung cancer it is. Sent as `Other_Non_Small_Cell_LC_Histology_Spec`. Source: I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.stage_clinical_or_pathologic IS
    'Whether the stage is clinical or pathologic. Codes: list stage_basis. Sent as `Stage_Clinical_Or_Pathologic`, number ~169. Source: D, I.';
COMMENT ON COLUMN lcsr.loose_follow_ups.overall_stage IS
    'Stage group of the tumour. Codes: list overall_stage. Sent as `Overall_Stage`, number ~170. Source: D, V; first list assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.t_status IS
    'Extent of the tumour itself. It may be 99. Codes: list t_status. Sent as `T_Status`, number ~7B9. Source: V, I; first list assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.n_status IS
    'Spread to lymph nodes. Codes: list n_status. Sent as `N_Status`, number ~7B10. Source: I; list assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.m_status IS
    'Distant metastasis. Codes: list m_status. Sent as `M_Status`, number ~7B11. Source: I; list assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.ajcc_cancer_staging_edition IS
    'Edition of the AJCC staging manual. Codes: list ajcc_edition. Sent as `AJCC_Cancer_Staging_Edition`. Since contract version 1.2. Source: V, I; condition assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.period_of_follow_up IS
    'Months from the exam to the follow-up. The registry computes them of the dates as well. Unit: months. Sent as `Period_Of_Follow_Up`, number ~7B12. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.exam_unique_id IS
    'Key of the screening exam, of the same patient and facility. Sent as `Exam_Unique_ID`. Source: I; need assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.lung_cancer IS
    'Whether tissue proves lung cancer; empty where it was not taken or does not decide. Computed by the registry, never sent. Source: LCSR reference, 5.2; assumed.';
COMMENT ON COLUMN lcsr.loose_follow_ups.stage_group IS
    'Group of the stage: early (I to II), advanced (III to IV), in situ or occult. Computed by the registry, never sent. Source: LCSR reference, 5.2, measure 14; assumed.';
COMMENT ON TABLE lcsr.codes IS
    'The registry''s code lists: join a coded column on list and code. Key: list, code.';
COMMENT ON COLUMN lcsr.codes.list IS
    'The code list.';
COMMENT ON COLUMN lcsr.codes.code IS
    'The code, as columns hold it.';
COMMENT ON COLUMN lcsr.codes.meaning IS
    'What the code says.';
COMMENT ON COLUMN lcsr.codes.since IS
    'First contract version that has it; empty: the first of all.';
COMMENT ON COLUMN lcsr.codes.until IS
    'Last contract version that has it; empty: the current one.';
COMMENT ON TABLE lcsr.thresholds IS
    'The figures that the registry''s rules compare with. Key: name.';
COMMENT ON COLUMN lcsr.thresholds.name IS
    'The threshold.';
COMMENT ON COLUMN lcsr.thresholds.value IS
    'The figure that rules compare with.';
COMMENT ON COLUMN lcsr.thresholds.unit IS
    'Its unit; empty where it has none.';
COMMENT ON COLUMN lcsr.thresholds.meaning IS
    'What it is for.';
COMMENT ON COLUMN lcsr.thresholds.source IS
    'Where it comes from.';
GRANT USAGE ON SCHEMA lcsr TO acr_reader, acr_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA lcsr TO acr_reader;
GRANT SELECT, INSERT, DELETE ON lcsr.submissions, lcsr.exams, lcsr.follow_ups, lcsr.loose_follow_ups TO acr_writer;
