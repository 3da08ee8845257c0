-- What GRID's reference asks of several records together. A finding is a function of one submission, so
-- that these questions are answered here, whenever somebody asks.

CREATE VIEW grid.form_states AS
SELECT
    partner_id,
    header_id,
    recordtype,
    facilityid,
    reportingyear,
    reportingmonth,
    status,
    received_at,
    status IN ('complete', 'incomplete') AS submitted
FROM grid.submissions
WHERE recordtype IN ('facility_annual', 'facility_monthly', 'physician_monthly');
COMMENT ON VIEW grid.form_states IS
    'Each annual and monthly form with its state; cancelled ones included (reference, 2.2).';

CREATE VIEW grid.months_without_annual_form AS
SELECT
    month.partner_id,
    month.header_id,
    month.recordtype,
    month.facilityid,
    month.reportingyear,
    month.reportingmonth,
    month.status,
    annual.status AS annual_status
FROM grid.form_states AS month
LEFT JOIN LATERAL (
    SELECT
        form.status,
        form.submitted
    FROM grid.form_states AS form
    WHERE form.recordtype = 'facility_annual'
        AND form.facilityid = month.facilityid
        AND form.reportingyear = month.reportingyear
    ORDER BY form.submitted DESC, form.received_at DESC
    LIMIT 1
) AS annual ON TRUE
WHERE month.recordtype <> 'facility_annual'
    AND month.status <> 'cancelled'
    AND annual.submitted IS NOT TRUE;
COMMENT ON VIEW grid.months_without_annual_form IS
    'Monthly forms, not cancelled, of a facility and year without a submitted annual form; annual_status '
    'says what there is instead: none, one in progress, or a cancelled one (reference, G01, G04, G05).';

CREATE VIEW grid.repeated_forms AS
SELECT
    form.recordtype,
    form.facilityid,
    form.reportingyear,
    form.reportingmonth,
    physician.physicianid,
    count(*) AS forms,
    count(*) FILTER (WHERE form.status = 'cancelled') AS cancelled_forms,
    array_agg(form.partner_id ORDER BY form.received_at) AS partner_ids,
    array_agg(form.header_id ORDER BY form.received_at) AS header_ids
FROM grid.form_states AS form
LEFT JOIN grid.physician_months AS physician
    ON physician.partner_id = form.partner_id AND physician.header_id = form.header_id
WHERE form.recordtype <> 'physician_monthly' OR physician.physicianid IS NOT NULL
GROUP BY
    form.recordtype,
    form.facilityid,
    form.reportingyear,
    form.reportingmonth,
    physician.physicianid
HAVING count(*) > 1;
COMMENT ON VIEW grid.repeated_forms IS
    'Facilities and periods (and physicians) with more than one form, where one is allowed, cancelled '
    'ones included. Cancelled forms by physician have no rows any more and are left out (reference, G02).';

CREATE VIEW grid.turnaround_by_month AS
SELECT
    month.partner_id,
    month.header_id,
    month.facilityid,
    month.year,
    month.month,
    turnaround.modality,
    turnaround.examscompleted,
    turnaround.meanhours,
    turnaround.count_lt12h,
    turnaround.count_12to24h,
    turnaround.count_24to48h,
    turnaround.count_gt48h
FROM grid.facility_months AS month
INNER JOIN grid.form_states AS form USING (partner_id, header_id)
INNER JOIN grid.turnaround AS turnaround USING (partner_id, header_id, record)
WHERE form.submitted;
COMMENT ON VIEW grid.turnaround_by_month IS
    'Report turnaround of each facility, month and modality by submitted forms, in hours; what was never '
    'sent is no row (reference, 2.2, 3.5, G14).';

CREATE VIEW grid.annual_volumes AS
SELECT
    form.partner_id,
    form.facilityid,
    form.year,
    volume.modality,
    volume.exams,
    volume.units
FROM grid.facility_years AS form
INNER JOIN grid.form_states AS state USING (partner_id, header_id)
CROSS JOIN LATERAL (
    VALUES
    (
        'radiography',
        form.vol_radiography,
        -- Where one kind of units is not told, the other still counts.
        coalesce(form.eq_dr_units + form.eq_cr_units, form.eq_dr_units, form.eq_cr_units)
    ),
    ('ultrasound', form.vol_ultrasound, form.eq_us_units),
    ('ct', form.vol_ct, form.eq_ct_units),
    ('mri', form.vol_mri, form.eq_mri_units),
    ('pet', form.vol_pet, form.eq_pet_units),
    (
        'mammography',
        form.vol_mammography,
        coalesce(form.eq_mammo_2d + form.eq_mammo_dbt, form.eq_mammo_2d, form.eq_mammo_dbt)
    ),
    ('nuclearmedicine', form.vol_nuclearmedicine, form.eq_nm_units),
    ('fluoroscopy', form.vol_fluoroscopy, form.eq_fluoro_units),
    ('interventional', form.vol_interventional, form.eq_angio_units),
    ('dxa', form.vol_dxa, NULL)
) AS volume (modality, exams, units)
WHERE state.submitted;
COMMENT ON VIEW grid.annual_volumes IS
    'Exams of the previous year and units of equipment by facility, form year and modality, of submitted '
    'forms (reference, 2.2, 3.3).';

CREATE VIEW grid.months_unlike_annual_volume AS
SELECT
    month.partner_id,
    month.header_id,
    month.facilityid,
    month.year,
    month.month,
    month.modality,
    month.examscompleted,
    volume.exams AS annual_exams,
    month.examscompleted * 12 * 100.0 / nullif(volume.exams, 0) AS percent_of_annual
FROM grid.turnaround_by_month AS month
INNER JOIN grid.annual_volumes AS volume USING (facilityid, year, modality)
CROSS JOIN (
    SELECT
        max(value) FILTER (WHERE name = 'annual_volume_least_percent') AS least,
        max(value) FILTER (WHERE name = 'annual_volume_most_percent') AS most
    FROM grid.thresholds
) AS bounds
WHERE month.examscompleted * 12 * 100.0 < volume.exams * bounds.least
    OR month.examscompleted * 12 * 100.0 > volume.exams * bounds.most;
COMMENT ON VIEW grid.months_unlike_annual_volume IS
    'Months whose exams, times 12, are too few or too many for the annual volume of the modality, by the '
    'thresholds annual_volume_least_percent and annual_volume_most_percent (reference, G18).';

CREATE VIEW grid.months_of_undone_modalities AS
SELECT
    month.partner_id,
    month.header_id,
    month.facilityid,
    month.year,
    month.month,
    month.modality,
    month.examscompleted
FROM grid.turnaround_by_month AS month
INNER JOIN grid.annual_volumes AS volume USING (facilityid, year, modality)
WHERE month.examscompleted > 0 AND volume.exams = 0 AND coalesce(volume.units, 0) = 0;
COMMENT ON VIEW grid.months_of_undone_modalities IS
    'Turnaround of a modality of which the annual form has neither exams nor equipment (reference, G31).';

CREATE VIEW grid.physician_sums AS
SELECT
    physicians.facilityid,
    physicians.year,
    physicians.month,
    physicians.modality,
    physicians.exams AS physicians_exams,
    facility.exams AS facility_exams,
    physicians.exams > facility.exams AS more_than_facility
FROM (
    SELECT
        facilityid,
        year,
        month,
        modality,
        sum(exams) AS exams
    FROM (
        -- A physician's second form of a month is listed in repeated_forms; it does not count twice.
        SELECT
            form.facilityid,
            form.year,
            form.month,
            form.physicianid,
            turnaround.modality,
            max(turnaround.examscompleted) AS exams
        FROM grid.physician_months AS form
        INNER JOIN grid.form_states AS state USING (partner_id, header_id)
        INNER JOIN grid.physician_turnaround AS turnaround USING (partner_id, header_id, record)
        WHERE state.submitted
        GROUP BY form.facilityid, form.year, form.month, form.physicianid, turnaround.modality
    ) AS each_physician
    GROUP BY facilityid, year, month, modality
) AS physicians
LEFT JOIN (
    SELECT
        facilityid,
        year,
        month,
        modality,
        max(examscompleted) AS exams
    FROM grid.turnaround_by_month
    GROUP BY facilityid, year, month, modality
) AS facility USING (facilityid, year, month, modality);
COMMENT ON VIEW grid.physician_sums IS
    'Exams of all reporting physicians beside those of their facility, by month and modality, of submitted '
    'forms; the sum should not be more (reference, G19).';

CREATE VIEW grid.current_exams AS
SELECT DISTINCT ON (exam.partner_id, exam.exam_facilityid, exam.examuniqueid)
    exam.*,
    submission.received_at
FROM grid.exams AS exam
INNER JOIN grid.submissions AS submission USING (partner_id, header_id)
ORDER BY
    exam.partner_id,
    exam.exam_facilityid,
    exam.examuniqueid,
    submission.received_at DESC,
    exam.header_id,
    exam.record DESC;
COMMENT ON VIEW grid.current_exams IS
    'Each exam once: the record that was received last, of all those with its partner, facility and '
    'examuniqueid (reference, G28).';

CREATE VIEW grid.named_physicians AS
SELECT
    named.facilityid,
    named.npi,
    array_agg(DISTINCT named.physicianid) FILTER (WHERE named.physicianid IS NOT NULL) AS physicianids,
    count(*) FILTER (WHERE named.kind = 'form') AS forms,
    count(*) FILTER (WHERE named.kind = 'exam') AS exams
FROM (
    SELECT
        facilityid,
        npi,
        physicianid,
        'form' AS kind
    FROM grid.physician_months
    UNION ALL
    SELECT
        exam_facilityid,
        physiciannpi,
        NULL,
        'exam'
    FROM grid.current_exams
) AS named
GROUP BY named.facilityid, named.npi;
COMMENT ON VIEW grid.named_physicians IS
    'Physicians whom forms and current exams of a facility name, to be compared with the facility''s '
    'dictionary of GRID participants, which is kept outside (reference, G20).';

CREATE VIEW grid.current_exam_measures AS
SELECT
    exam.exam_facilityid,
    exam.examuniqueid,
    exam.physiciannpi,
    exam.physiciangrouptin,
    exam.modality,
    exam.placeofservice,
    exam.examcompletiondatetime,
    measure.*
FROM grid.current_exams AS exam
INNER JOIN grid.exam_measures AS measure USING (partner_id, header_id, record);
COMMENT ON VIEW grid.current_exam_measures IS
    'Answers to the quality measures of each current exam. A rate is met / (met + not_met) '
    '(reference, 5.3).';
