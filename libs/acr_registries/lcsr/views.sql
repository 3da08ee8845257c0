-- Lists and joins over many submissions: what no rule about one submission can see. Exams count by
-- their newest submission; a submission that is in progress counts as well, by its status.

CREATE VIEW lcsr.current_exams AS
SELECT DISTINCT ON (exam.partner_id, exam.facility_id, exam.exam_unique_id)
    exam.*, record.status, record.version_no, record.received_at
FROM lcsr.exams AS exam
JOIN lcsr.submissions AS record USING (partner_id, header_id)
ORDER BY
    exam.partner_id, exam.facility_id, exam.exam_unique_id,
    record.received_at DESC, exam.header_id, exam.exam_no;
COMMENT ON VIEW lcsr.current_exams IS
    'Exams, each by its newest submission: the same Exam_Unique_ID of a partner and facility replaces the former exam (U2).';

CREATE VIEW lcsr.all_follow_ups AS
SELECT
    each.*,
    (
        (extract(year FROM date_of_follow_up) - extract(year FROM exam_date)) * 12
        + extract(month FROM date_of_follow_up) - extract(month FROM exam_date)
        - (extract(day FROM date_of_follow_up) < extract(day FROM exam_date))::integer
    )::integer AS months_since_exam
FROM (
    SELECT
        follow_up.partner_id, follow_up.header_id, follow_up.exam_no, follow_up.follow_up_no,
        exam.facility_id, exam.exam_unique_id, exam.exam_date, exam.patient_key,
        exam.ct_exam_result_lung_rads, exam.status, exam.received_at,
        follow_up.follow_up_unique_id, follow_up.date_of_follow_up, follow_up.follow_up_diagnostic,
        follow_up.tissue_diagnosis, follow_up.overall_stage, follow_up.stage_group, follow_up.lung_cancer
    FROM lcsr.follow_ups AS follow_up
    JOIN lcsr.current_exams AS exam USING (partner_id, header_id, exam_no)
    UNION ALL
    SELECT
        follow_up.partner_id, follow_up.header_id, NULL, follow_up.follow_up_no,
        coalesce(follow_up.facility_id, record.facility_id), follow_up.exam_unique_id,
        exam.exam_date, exam.patient_key, exam.ct_exam_result_lung_rads, record.status,
        record.received_at, follow_up.follow_up_unique_id, follow_up.date_of_follow_up,
        follow_up.follow_up_diagnostic, follow_up.tissue_diagnosis, follow_up.overall_stage,
        follow_up.stage_group, follow_up.lung_cancer
    FROM lcsr.loose_follow_ups AS follow_up
    JOIN lcsr.submissions AS record USING (partner_id, header_id)
    LEFT JOIN lcsr.current_exams AS exam
        ON exam.partner_id = follow_up.partner_id
        AND exam.facility_id = coalesce(follow_up.facility_id, record.facility_id)
        AND exam.exam_unique_id = follow_up.exam_unique_id
) AS each;
COMMENT ON VIEW lcsr.all_follow_ups IS
    'Follow-ups with their exam, sent within it (exam_no is given) or on their own; exam_date is empty where the exam is not known. months_since_exam are whole months.';

CREATE VIEW lcsr.current_follow_ups AS
SELECT DISTINCT ON (partner_id, facility_id, exam_unique_id, follow_up_key) *
FROM (
    SELECT
        all_follow_ups.*,
        coalesce(
            'id:' || follow_up_unique_id,
            date_of_follow_up || ':' || coalesce(follow_up_diagnostic, '')
        ) AS follow_up_key
    FROM lcsr.all_follow_ups
) AS keyed
ORDER BY
    partner_id, facility_id, exam_unique_id, follow_up_key,
    received_at DESC, header_id, follow_up_no;
COMMENT ON VIEW lcsr.current_follow_ups IS
    'Follow-ups, each by its newest submission; the key is Follow_Up_Unique_ID, else exam, day and procedure (U4).';

CREATE VIEW lcsr.repeated_transactions AS
SELECT
    transaction_partner_id, transaction_app_id, transaction_id,
    count(*) AS submissions, min(received_at) AS first_received, max(received_at) AS last_received
FROM lcsr.submissions
WHERE transaction_id IS NOT NULL
GROUP BY transaction_partner_id, transaction_app_id, transaction_id
HAVING count(*) > 1;
COMMENT ON VIEW lcsr.repeated_transactions IS
    'Transactions whose id stands in more than one record of a partner and application (T1).';

CREATE VIEW lcsr.duplicate_exams AS
SELECT
    exam.facility_id, exam.patient_key, exam.exam_date,
    exam.partner_id, exam.exam_unique_id,
    other.partner_id AS other_partner_id, other.exam_unique_id AS other_exam_unique_id
FROM lcsr.current_exams AS exam
JOIN lcsr.current_exams AS other
    ON other.facility_id = exam.facility_id
    AND other.patient_key = exam.patient_key
    AND other.exam_date = exam.exam_date
    AND (other.partner_id, other.exam_unique_id) > (exam.partner_id, exam.exam_unique_id);
COMMENT ON VIEW lcsr.duplicate_exams IS
    'Pairs of exams of one patient on one day at a facility, under different keys (U1).';

CREATE VIEW lcsr.close_exams AS
SELECT
    facility_id, patient_key, partner_id, exam_unique_id, exam_date,
    former_exam_unique_id, former_exam_date
FROM (
    SELECT
        exam.*,
        lag(exam_unique_id) OVER patient AS former_exam_unique_id,
        lag(exam_date) OVER patient AS former_exam_date
    FROM lcsr.current_exams AS exam
    WHERE patient_key IS NOT NULL
    WINDOW patient AS (
        PARTITION BY facility_id, patient_key ORDER BY exam_date, exam_unique_id
    )
) AS screened
WHERE exam_date > former_exam_date
    AND exam_date < former_exam_date + make_interval(months => (
        SELECT value::integer FROM lcsr.thresholds WHERE name = 'screen_months_least'
    ));
COMMENT ON VIEW lcsr.close_exams IS
    'Screening exams too soon after the one before, which may be follow-ups (U6).';

CREATE VIEW lcsr.repeated_baselines AS
SELECT
    facility_id, patient_key, count(*) AS baselines,
    array_agg(exam_unique_id ORDER BY exam_date, exam_unique_id) AS exam_unique_ids
FROM lcsr.current_exams
WHERE indication_of_exam = '1' AND patient_key IS NOT NULL
GROUP BY facility_id, patient_key
HAVING count(*) > 1;
COMMENT ON VIEW lcsr.repeated_baselines IS
    'Patients with more than one baseline exam at a facility (U7).';

CREATE VIEW lcsr.clashing_patients AS
SELECT
    facility_id, patient_key,
    count(DISTINCT patient_date_of_birth) AS birth_dates,
    count(DISTINCT patient_sex) AS sexes,
    array_agg(exam_unique_id ORDER BY exam_date, exam_unique_id) AS exam_unique_ids
FROM lcsr.current_exams
WHERE patient_key IS NOT NULL
GROUP BY facility_id, patient_key
HAVING count(DISTINCT patient_date_of_birth) > 1 OR count(DISTINCT patient_sex) > 1;
COMMENT ON VIEW lcsr.clashing_patients IS
    'Patient keys of a facility whose exams differ in birth date or sex: a clash to look into (P5).';

CREATE VIEW lcsr.possible_duplicate_patients AS
SELECT
    facility_id, lower(patient_last_name) AS last_name, lower(patient_first_name) AS first_name,
    patient_date_of_birth, array_agg(DISTINCT patient_key) AS patient_keys
FROM lcsr.current_exams
WHERE patient_key IS NOT NULL
GROUP BY facility_id, lower(patient_last_name), lower(patient_first_name), patient_date_of_birth
HAVING count(DISTINCT patient_key) > 1;
COMMENT ON VIEW lcsr.possible_duplicate_patients IS
    'People of one name and birth date under several patient keys at a facility, to be merged (P4, P5).';

CREATE VIEW lcsr.unresolved_follow_ups AS
SELECT partner_id, header_id, follow_up_no, facility_id, exam_unique_id, date_of_follow_up, received_at
FROM lcsr.current_follow_ups
WHERE exam_date IS NULL;
COMMENT ON VIEW lcsr.unresolved_follow_ups IS
    'Follow-ups whose screening exam is not known: it was never sent, or was cancelled (3.4, U5).';

CREATE VIEW lcsr.mistimed_follow_ups AS
SELECT
    partner_id, header_id, exam_no, follow_up_no, facility_id, exam_unique_id, exam_date,
    date_of_follow_up,
    CASE WHEN date_of_follow_up < exam_date THEN 'before the exam' ELSE 'too late' END AS problem
FROM lcsr.current_follow_ups
WHERE date_of_follow_up < exam_date
    OR date_of_follow_up > exam_date + make_interval(months => (
        SELECT value::integer FROM lcsr.thresholds WHERE name = 'follow_up_months_most'
    ));
COMMENT ON VIEW lcsr.mistimed_follow_ups IS
    'Follow-ups before their exam, or longer after it than a follow-up may be (D2, D3).';

CREATE VIEW lcsr.misplaced_follow_ups AS
SELECT
    follow_up.partner_id, follow_up.header_id, follow_up.exam_no, follow_up.follow_up_no,
    follow_up.facility_id, follow_up.exam_unique_id, follow_up.date_of_follow_up,
    later.exam_unique_id AS later_exam_unique_id, later.exam_date AS later_exam_date
FROM lcsr.current_follow_ups AS follow_up
JOIN LATERAL (
    SELECT exam.exam_unique_id, exam.exam_date
    FROM lcsr.current_exams AS exam
    WHERE exam.facility_id = follow_up.facility_id
        AND exam.patient_key = follow_up.patient_key
        AND exam.exam_date > follow_up.exam_date
        AND exam.exam_date <= follow_up.date_of_follow_up
    ORDER BY exam.exam_date DESC, exam.exam_unique_id
    LIMIT 1
) AS later ON TRUE;
COMMENT ON VIEW lcsr.misplaced_follow_ups IS
    'Follow-ups that belong to a later screening exam of the patient, which lies on or before them (D5).';

CREATE VIEW lcsr.overdue_follow_ups AS
SELECT
    exam.partner_id, exam.header_id, exam.exam_no, exam.facility_id, exam.exam_unique_id,
    exam.patient_key, exam.exam_date, exam.ct_exam_result_lung_rads, exam.next_step,
    (exam.exam_date + make_interval(months => exam.next_step_months::integer))::date AS due,
    CASE
        WHEN current_date >= exam.exam_date + interval '12 months' THEN 12
        WHEN current_date >= exam.exam_date + interval '6 months' THEN 6
        WHEN current_date >= exam.exam_date + interval '3 months' THEN 3
        ELSE 0
    END AS months_passed
FROM lcsr.current_exams AS exam
WHERE (exam.positive_screen OR exam.ct_exam_result_lung_rads = '0')
    AND current_date > exam.exam_date + make_interval(months => exam.next_step_months::integer)
    AND NOT EXISTS (
        SELECT FROM lcsr.all_follow_ups AS follow_up
        WHERE follow_up.partner_id = exam.partner_id
            AND follow_up.facility_id = exam.facility_id
            AND follow_up.exam_unique_id = exam.exam_unique_id
    );
COMMENT ON VIEW lcsr.overdue_follow_ups IS
    'Positive and interim screens without any follow-up although it is due, with how many months have passed: 12, 6, 3 or, before that, 0 (K3, K4).';

CREATE VIEW lcsr.interval_cancers AS
SELECT
    partner_id, header_id, exam_no, follow_up_no, facility_id, exam_unique_id, exam_date,
    ct_exam_result_lung_rads, date_of_follow_up, tissue_diagnosis
FROM lcsr.current_follow_ups
WHERE lung_cancer AND ct_exam_result_lung_rads IN ('1', '2');
COMMENT ON VIEW lcsr.interval_cancers IS
    'Lung cancers after an exam of category 1 or 2: check that they belong to this exam (K5).';

CREATE VIEW lcsr.outcomes AS
SELECT
    exam.partner_id, exam.header_id, exam.exam_no, exam.facility_id, exam.exam_date,
    exam.ct_exam_result_lung_rads, exam.positive_screen,
    coalesce(bool_or(follow_up.lung_cancer), FALSE) AS lung_cancer,
    (
        array_agg(
            follow_up.stage_group
            ORDER BY follow_up.date_of_follow_up, follow_up.header_id, follow_up.follow_up_no
        ) FILTER (WHERE follow_up.lung_cancer AND follow_up.stage_group IS NOT NULL)
    )[1] AS stage_group,
    min(follow_up.date_of_follow_up) AS first_follow_up,
    coalesce(
        min(follow_up.date_of_follow_up)
        <= exam.exam_date + make_interval(months => exam.next_step_months::integer),
        FALSE
    ) AS followed_up_in_time
FROM lcsr.current_exams AS exam
LEFT JOIN lcsr.current_follow_ups AS follow_up
    ON follow_up.partner_id = exam.partner_id
    AND follow_up.facility_id = exam.facility_id
    AND follow_up.exam_unique_id = exam.exam_unique_id
    AND follow_up.date_of_follow_up BETWEEN exam.exam_date AND exam.exam_date + interval '12 months'
WHERE exam.complete AND exam.status <> 'in_progress'
    AND exam.exam_date <= current_date - interval '12 months'
GROUP BY
    exam.partner_id, exam.header_id, exam.exam_no, exam.facility_id, exam.exam_date,
    exam.ct_exam_result_lung_rads, exam.positive_screen, exam.next_step_months;
COMMENT ON VIEW lcsr.outcomes IS
    'Complete exams at least 12 months old with what their follow-ups of these months came to, the stage being the first that was told of a lung cancer: the base of the measures 11 to 14 and 17.';

CREATE VIEW lcsr.annual_returns AS
SELECT
    exam.*,
    CASE
        WHEN next_exam_date IS NULL THEN 'not returned'
        WHEN next_exam_date < exam_date + interval '11 months' THEN 'under 11 months'
        WHEN next_exam_date < exam_date + interval '16 months' THEN '11 to 15 months'
        WHEN next_exam_date <= exam_date + interval '24 months' THEN '16 to 24 months'
        ELSE 'over 24 months'
    END AS return_band
FROM (
    SELECT
        partner_id, header_id, exam_no, facility_id, patient_key, exam_date,
        ct_exam_result_lung_rads, uspstf_eligibility,
        -- Not the next exam: one of the same day is a duplicate, and nobody came back for it.
        min(exam_date) OVER (
            PARTITION BY facility_id, patient_key ORDER BY exam_date
            RANGE BETWEEN interval '1 day' FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS next_exam_date
    FROM lcsr.current_exams
    WHERE complete AND status <> 'in_progress' AND patient_key IS NOT NULL
) AS exam
WHERE uspstf_eligibility = 'met' AND ct_exam_result_lung_rads IN ('1', '2');
COMMENT ON VIEW lcsr.annual_returns IS
    'Exams of category 1 or 2 that met the USPSTF rules, and when the patient came back (measures 15 and 16). Patients are known within a facility: who returns elsewhere looks lost, and so does who still has time to return.';

CREATE VIEW lcsr.extract_exams AS
SELECT
    patient_ssn, patient_first_name, patient_middle_name, patient_last_name, facility_id,
    facility_npi, registry_exam_number AS exm_number, exam_registration_date AS exm_reg_date,
    exam_unique_id AS exm_unique_id, other_id AS patient_mrn, patient_date_of_birth AS patient_dob,
    date_of_death AS patient_dod, how_cause_was_determined AS patient_dod_method,
    cause_of_death AS patient_death_cause, patient_sex, patient_race, patient_ethnicity,
    health_insurance, education_level AS patient_education_level, radon_exposure AS exposures_radon,
    occupational_exposures AS exposures_occupational, history_of_cancers AS cancer_hx,
    lung_cancer_in_first_deg_rel AS family_lc_hx_first_degree,
    lung_cancer_other_first_deg_rel AS family_lc_hx, copd AS dx_copd,
    pulmonary_fibrosis AS dx_pul_fib, second_hand_smoke_exposure AS exposures_second_hand_smoke,
    exam_date AS exm_date, smoking_status, number_of_packs_year_smoking AS smoking_pack_years,
    number_of_years_since_quit AS smoking_quit_years,
    did_physician_provide_guidance AS smoking_phys_cess,
    doc_of_shared_dec_making AS smoking_shared_dec_doc, patient_height AS patient_exm_height,
    patient_weight AS patient_exm_weight, patient_other_comorbidities AS comorbidities,
    radiologist_reading_npi AS reading_radiologist_npi, ordering_practitioner_npi,
    signs_or_symptoms_of_lung_cancer AS exm_signs_sympt_lc, indication_of_exam AS exm_indication,
    modality AS exm_modality, ct_scanner_manufacturer AS exm_scan_manufacturer,
    ct_scanner_model AS exm_scan_model, dlp AS exm_scan_dlp, pitch AS exm_scan_pitch,
    ct_exam_result_lung_rads AS exm_result_lung_rads, reason_for_recall AS exm_recall_reason,
    lung_rads_version AS exm_lung_rads_version, what_were_the_other_findings AS exm_other_findings,
    ct_exam_result_modifier_c AS prior_hx_lc, years_since_prior_diagnosis AS prior_hx_lc_years,
    received_at::date AS exm_sub_date, received_at AS last_transaction_date,
    medicare_beneficiary_id AS patient_old_mdcr_bid,
    new_medicare_beneficiary_id AS patient_new_mdcr_bid
FROM lcsr.current_exams;
COMMENT ON VIEW lcsr.extract_exams IS
    'Current exams under the short names of the extract that users know (reference 3.7). Facility names and patient ids of the registry are not sent, so they are not here.';

CREATE VIEW lcsr.extract_follow_ups AS
SELECT
    known.facility_id, known.exam_unique_id AS exm_unique_id,
    follow_up.date_of_follow_up AS fup_exm_date,
    follow_up.follow_up_diagnostic AS fup_exm_diagnostic,
    follow_up.tissue_diagnosis AS fup_exm_tissue_diag,
    follow_up.tissue_diagnosis_method AS fup_exm_tissue_diag_method,
    follow_up.location_from_sample_obtained AS fup_exm_location,
    follow_up.histology AS fup_exm_histology,
    follow_up.histology_non_small_cell_lc AS fup_exm_histology_nsclc,
    follow_up.stage_clinical_or_pathologic AS fup_exm_stage_basis,
    follow_up.overall_stage AS fup_exm_overall_stage, follow_up.t_status AS fup_exm_tstage,
    follow_up.n_status AS fup_exm_nstage, follow_up.m_status AS fup_exm_mstage,
    follow_up.ajcc_cancer_staging_edition AS fup_exm_ajcc_version
FROM lcsr.current_follow_ups AS known
JOIN lcsr.follow_ups AS follow_up USING (partner_id, header_id, exam_no, follow_up_no)
UNION ALL
SELECT
    known.facility_id, known.exam_unique_id,
    follow_up.date_of_follow_up,
    follow_up.follow_up_diagnostic,
    follow_up.tissue_diagnosis,
    follow_up.tissue_diagnosis_method,
    follow_up.location_from_sample_obtained,
    follow_up.histology,
    follow_up.histology_non_small_cell_lc,
    follow_up.stage_clinical_or_pathologic,
    follow_up.overall_stage, follow_up.t_status,
    follow_up.n_status, follow_up.m_status,
    follow_up.ajcc_cancer_staging_edition
FROM lcsr.current_follow_ups AS known
JOIN lcsr.loose_follow_ups AS follow_up USING (partner_id, header_id, follow_up_no)
WHERE known.exam_no IS NULL;
COMMENT ON VIEW lcsr.extract_follow_ups IS
    'Current follow-ups under the short names of the extract that users know (reference 3.7; those that it does not list are assumed).';
