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
    SELECT form.status, form.submitted
    FROM grid.form_states AS form
    WHERE form.recordtype = 'facility_annual'
        AND form.partner_id = month.partner_id
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
    form.partner_id,
    form.recordtype,
    form.facilityid,
    form.reportingyear,
    form.reportingmonth,
    physician.physicianid,
    count(*) AS forms,
    count(*) FILTER (WHERE form.status = 'cancelled') AS cancelled_forms,
    array_agg(form.header_id ORDER BY form.received_at) AS header_ids
FROM grid.form_states AS form
LEFT JOIN grid.physician_months AS physician USING (partner_id, header_id)
WHERE form.recordtype <> 'physician_monthly' OR physician.physicianid IS NOT NULL
GROUP BY
    form.partner_id,
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
INNER JOIN grid.turnaround AS turnaround USING (partner_id, header_id, record);
COMMENT ON VIEW grid.turnaround_by_month IS
    'Report turnaround of each facility, month and modality, in hours; what was never sent is no row '
    '(reference, 3.5, G14).';

CREATE VIEW grid.annual_volumes AS
SELECT
    form.partner_id,
    form.facilityid,
    form.year,
    volume.modality,
    volume.exams,
    volume.units
FROM grid.facility_years AS form
CROSS JOIN LATERAL (
    VALUES
    ('radiography', form.vol_radiography, form.eq_dr_units + form.eq_cr_units),
    ('ultrasound', form.vol_ultrasound, form.eq_us_units),
    ('ct', form.vol_ct, form.eq_ct_units),
    ('mri', form.vol_mri, form.eq_mri_units),
    ('pet', form.vol_pet, form.eq_pet_units),
    ('mammography', form.vol_mammography, form.eq_mammo_2d + form.eq_mammo_dbt),
    ('nuclearmedicine', form.vol_nuclearmedicine, form.eq_nm_units),
    ('fluoroscopy', form.vol_fluoroscopy, form.eq_fluoro_units),
    ('interventional', form.vol_interventional, form.eq_angio_units),
    ('dxa', form.vol_dxa, NULL)
) AS volume (modality, exams, units);
COMMENT ON VIEW grid.annual_volumes IS
    'Exams of the previous year and units of equipment by facility, form year and modality '
    '(reference, 3.3).';

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
INNER JOIN grid.annual_volumes AS volume USING (partner_id, facilityid, year, modality)
WHERE month.examscompleted * 12 NOT BETWEEN volume.exams * 0.5 AND volume.exams * 2.0;
COMMENT ON VIEW grid.months_unlike_annual_volume IS
    'Months whose exams, times 12, are not within 50 to 200 % of the annual volume of the modality; the '
    'bounds are assumed (reference, G18).';

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
INNER JOIN grid.annual_volumes AS volume USING (partner_id, facilityid, year, modality)
WHERE month.examscompleted > 0 AND volume.exams = 0 AND coalesce(volume.units, 0) = 0;
COMMENT ON VIEW grid.months_of_undone_modalities IS
    'Turnaround of a modality of which the annual form has neither exams nor equipment (reference, G31).';

CREATE VIEW grid.physician_sums AS
SELECT
    physician.partner_id,
    physician.facilityid,
    physician.year,
    physician.month,
    turnaround.modality,
    sum(turnaround.examscompleted) AS physicians_exams,
    max(facility.examscompleted) AS facility_exams,
    sum(turnaround.examscompleted) > max(facility.examscompleted) AS more_than_facility
FROM grid.physician_months AS physician
INNER JOIN grid.physician_turnaround AS turnaround USING (partner_id, header_id, record)
LEFT JOIN grid.turnaround_by_month AS facility
    ON facility.partner_id = physician.partner_id
    AND facility.facilityid = physician.facilityid
    AND facility.year = physician.year
    AND facility.month = physician.month
    AND facility.modality = turnaround.modality
GROUP BY
    physician.partner_id,
    physician.facilityid,
    physician.year,
    physician.month,
    turnaround.modality;
COMMENT ON VIEW grid.physician_sums IS
    'Exams of all reporting physicians beside those of their facility, by month and modality; the sum '
    'should not be more (reference, G19).';

CREATE VIEW grid.named_physicians AS
SELECT
    named.partner_id,
    named.facilityid,
    named.npi,
    array_agg(DISTINCT named.physicianid) FILTER (WHERE named.physicianid IS NOT NULL) AS physicianids,
    count(*) FILTER (WHERE named.kind = 'form') AS forms,
    count(*) FILTER (WHERE named.kind = 'exam') AS exams
FROM (
    SELECT partner_id, facilityid, npi, physicianid, 'form' AS kind
    FROM grid.physician_months
    UNION ALL
    SELECT partner_id, exam_facilityid, physiciannpi, NULL, 'exam'
    FROM grid.exams
) AS named
GROUP BY named.partner_id, named.facilityid, named.npi;
COMMENT ON VIEW grid.named_physicians IS
    'Physicians whom forms and exams of a facility name, to be compared with the facility''s dictionary '
    'of GRID participants, which is kept outside (reference, G20).';

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
    exam.record DESC;
COMMENT ON VIEW grid.current_exams IS
    'Each exam once: the record that was received last, of all those with its facility and examuniqueid '
    '(reference, G28).';

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
