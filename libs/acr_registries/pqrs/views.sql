CREATE VIEW pqrs.current_cases AS
SELECT DISTINCT ON (
    one.partner_id, root.facilityid, one.caseid, one.measure, root.performanceyear
)
    root.facilityid,
    root.performanceyear,
    root.programversion,
    root.received_at,
    one.*
FROM pqrs.cases AS one
JOIN pqrs.submissions AS root USING (partner_id, header_id)
WHERE root.status IN ('complete', 'incomplete')
ORDER BY
    one.partner_id,
    root.facilityid,
    one.caseid,
    one.measure,
    root.performanceyear,
    root.received_at DESC,
    one.header_id,
    one.case_no DESC;
COMMENT ON VIEW pqrs.current_cases IS
    'Cases that count: one that comes again from the same partner for the same facility, case, measure '
    'and year replaces the former one (reference, P33). Records in progress are left out.';

CREATE VIEW pqrs.instances AS
SELECT
    reporting_tin,
    reporting_npi,
    performanceyear,
    measure,
    stratum,
    counting_key,
    min(dateofservice) AS dateofservice,
    count(*) AS cases,
    (array_agg(performance_outcome ORDER BY outcome_rank, case_no))[1] AS performance_outcome,
    avg(numericvalue) AS observed_value,
    bool_or(lower_is_better) AS lower_is_better
FROM pqrs.current_cases
WHERE denominator_eligible AND in_program_population
GROUP BY
    reporting_tin,
    reporting_npi,
    performanceyear,
    measure,
    stratum,
    counting_key,
    -- Case ids tell cases of one facility apart; patients are known in all facilities of a TIN.
    CASE WHEN counting_key LIKE 'case %' THEN facilityid END;
COMMENT ON VIEW pqrs.instances IS
    'Instances of the denominator: the procedures of one patient and day count once, and the best '
    'outcome counts, the order being reversed for inverse measures; without procedures, each case of a '
    'facility counts (reference, 3.3, P06 to P08, P38).';

CREATE VIEW pqrs.clinician_rates AS
SELECT
    reporting_tin,
    reporting_npi,
    performanceyear,
    measure,
    stratum,
    bool_or(lower_is_better) AS lower_is_better,
    count(*) AS eligible,
    count(*) FILTER (WHERE performance_outcome = 'met') AS met,
    count(*) FILTER (WHERE performance_outcome = 'not_met') AS not_met,
    count(*) FILTER (WHERE performance_outcome = 'exception') AS exceptions,
    count(*) FILTER (WHERE performance_outcome = 'exclusion') AS exclusions,
    count(*) FILTER (WHERE performance_outcome = 'observed') AS observed,
    count(*) FILTER (WHERE performance_outcome = 'unreported') AS unreported,
    100::double precision * count(*) FILTER (WHERE performance_outcome = 'met')
        / nullif(count(*) FILTER (WHERE performance_outcome IN ('met', 'not_met')), 0)
        AS performance_rate,
    100::double precision * count(*) FILTER (WHERE performance_outcome <> 'unreported') / count(*)
        AS answered_rate,
    avg(observed_value) AS mean_value
FROM pqrs.instances
GROUP BY reporting_tin, reporting_npi, performanceyear, measure, stratum;
COMMENT ON VIEW pqrs.clinician_rates IS
    'Counts and rates of each clinician under a TIN, of all facilities together, from cases '
    '(reference, P11, P13, P35). Rates in percent; mean_value in hours for turnaround. ACRad 3 is '
    'read per 1,000: ten times this rate.';

CREATE VIEW pqrs.practice_rates AS
SELECT
    reporting_tin,
    performanceyear,
    measure,
    stratum,
    bool_or(lower_is_better) AS lower_is_better,
    count(DISTINCT reporting_npi) AS clinicians,
    sum(eligible)::bigint AS eligible,
    sum(met)::bigint AS met,
    sum(not_met)::bigint AS not_met,
    sum(exceptions)::bigint AS exceptions,
    sum(exclusions)::bigint AS exclusions,
    sum(observed)::bigint AS observed,
    sum(unreported)::bigint AS unreported,
    100::double precision * sum(met) / nullif(sum(met + not_met), 0) AS performance_rate,
    100::double precision * sum(eligible - unreported) / sum(eligible) AS answered_rate,
    sum(mean_value * observed) / nullif(sum(observed), 0) AS mean_value
FROM pqrs.clinician_rates
GROUP BY reporting_tin, performanceyear, measure, stratum;
COMMENT ON VIEW pqrs.practice_rates IS
    'Counts and rates of each TIN: cases of all its facilities and clinicians are pooled before rates '
    'are formed (reference, P35). Rates in percent; mean_value in hours for turnaround.';

CREATE VIEW pqrs.declared_completeness AS
SELECT
    declared.tin,
    declared.performanceyear,
    declared.measure,
    declared.allsubmitted,
    coalesce(received.cases, 0) AS received,
    CASE
        WHEN declared.allsubmitted THEN coalesce(received.cases, 0)
        ELSE declared.eligibletotal
    END AS reporting_denominator,
    100::double precision * coalesce(received.answered, 0) / nullif(
        CASE
            WHEN declared.allsubmitted THEN coalesce(received.cases, 0)
            ELSE declared.eligibletotal
        END,
        0
    ) AS completeness,
    NOT declared.allsubmitted AND declared.eligibletotal < coalesce(received.cases, 0)
        AS total_too_small
FROM (
    SELECT DISTINCT ON (root.tin, root.performanceyear, total.measure)
        root.tin,
        root.performanceyear,
        total.measure,
        total.allsubmitted,
        total.eligibletotal
    FROM pqrs.declared_totals AS total
    JOIN pqrs.submissions AS root USING (partner_id, header_id)
    WHERE root.status IN ('complete', 'incomplete')
    ORDER BY
        root.tin,
        root.performanceyear,
        total.measure,
        root.received_at DESC,
        total.partner_id,
        total.header_id,
        total.total_no DESC
) AS declared
LEFT JOIN (
    SELECT
        reporting_tin AS tin,
        performanceyear,
        measure,
        sum(eligible)::bigint AS cases,
        sum(eligible - unreported)::bigint AS answered
    FROM pqrs.practice_rates
    GROUP BY reporting_tin, performanceyear, measure
) AS received USING (tin, performanceyear, measure);
COMMENT ON VIEW pqrs.declared_completeness IS
    'Completeness by the newest declared total of each TIN, year and measure: all cases received where '
    'the practice says that all are submitted, else its own total (reference, P34).';

CREATE VIEW pqrs.pooled_results AS
SELECT
    tin,
    npi,
    performanceyear,
    measure,
    count(*) AS results,
    bool_or(lower_is_better) AS lower_is_better,
    sum(eligible)::bigint AS eligible,
    sum(met)::bigint AS met,
    sum(not_met)::bigint AS not_met,
    100::double precision * sum(met) FILTER (WHERE not_met IS NOT NULL)
        / nullif(sum(met + not_met), 0) AS performance_rate,
    sum(numerator * observationinstances) / nullif(sum(observationinstances), 0) AS mean_value,
    sum(case_count)::bigint AS case_count
FROM (
    SELECT
        record.taxpayeridentificationnumber AS tin,
        record.nationalprovideridentifier AS npi,
        record.performanceyear,
        result.measure,
        result.lower_is_better,
        result.numerator,
        result.observationinstances,
        result.computed_case_count AS case_count,
        coalesce(strata.eligible, result.eligiblepopulation) AS eligible,
        coalesce(strata.met, result.performancemet) AS met,
        CASE
            WHEN strata.eligible IS NULL THEN result.performancenotmet
            ELSE strata.not_met
        END AS not_met
    FROM pqrs.measure_results AS result
    JOIN pqrs.result_submissions AS record USING (partner_id, header_id, record_no)
    JOIN pqrs.submissions AS root USING (partner_id, header_id)
    LEFT JOIN LATERAL (
        SELECT
            sum(stratum.eligiblepopulation) AS eligible,
            sum(stratum.performancemet) AS met,
            CASE
                WHEN bool_and(stratum.performancenotmet IS NOT NULL)
                    THEN sum(stratum.performancenotmet)
            END AS not_met
        FROM pqrs.measure_result_strata AS stratum
        WHERE stratum.partner_id = result.partner_id
            AND stratum.header_id = result.header_id
            AND stratum.record_no = result.record_no
            AND stratum.set_no = result.set_no
            AND stratum.measurement_no = result.measurement_no
    ) AS strata ON true
    WHERE root.status IN ('complete', 'incomplete') AND root.submissiontype = 'measure_result'
) AS told
GROUP BY tin, npi, performanceyear, measure;
COMMENT ON VIEW pqrs.pooled_results IS
    'Measure results of the facilities of one TIN, or TIN and NPI, pooled before rates are formed '
    '(reference, P35). Rates in percent; mean_value in hours for turnaround. Each facility sends its '
    'own counts.';

CREATE VIEW pqrs.reporting_level_conflicts AS
SELECT
    tin,
    performanceyear,
    array_agg(DISTINCT entitytype ORDER BY entitytype) AS entity_types,
    count(*) AS records
FROM pqrs.submissions
WHERE status IN ('complete', 'incomplete')
    AND submissiontype IN ('measure_result', 'cms_submission', 'attestation')
    AND entitytype IN ('individual', 'group')
GROUP BY tin, performanceyear
HAVING count(DISTINCT entitytype) > 1;
COMMENT ON VIEW pqrs.reporting_level_conflicts IS
    'TINs that report both as a group and as individuals in one year: the choice is one for all '
    'categories (reference, P27).';

CREATE VIEW pqrs.cases_outside_registration AS
SELECT one.*
FROM pqrs.current_cases AS one
WHERE EXISTS (
        SELECT 1
        FROM pqrs.registrations AS known
        JOIN pqrs.submissions AS root USING (partner_id, header_id)
        WHERE root.status IN ('complete', 'incomplete')
            AND known.tin = one.reporting_tin
            AND known.npi = one.reporting_npi
    )
    AND NOT EXISTS (
        SELECT 1
        FROM pqrs.registrations AS known
        JOIN pqrs.submissions AS root USING (partner_id, header_id)
        WHERE root.status IN ('complete', 'incomplete')
            AND known.tin = one.reporting_tin
            AND known.npi = one.reporting_npi
            AND one.dateofservice >= known.tineffectivefrom
            AND (known.tineffectiveto IS NULL OR one.dateofservice <= known.tineffectiveto)
    );
COMMENT ON VIEW pqrs.cases_outside_registration IS
    'Cases on days on which their clinician, though registered, does not bill under the TIN '
    '(reference, P03). Registrations in progress do not count.';

CREATE VIEW pqrs.send_readiness AS
SELECT
    sender.tin,
    sender.npi,
    sender.performanceyear,
    coalesce(bool_or(known.tindocument IS NOT NULL), false) AS tin_document,
    coalesce(bool_or(known.waiversigned = 'Y'), false) AS waiver,
    coalesce(bool_or(known.participationattested IS NOT NULL), false) AS attested,
    coalesce(
        bool_or(
            known.tindocument IS NOT NULL
            AND known.waiversigned = 'Y'
            AND known.participationattested IS NOT NULL
        ),
        false
    ) AS ready
FROM (
    SELECT DISTINCT reporting_tin AS tin, reporting_npi AS npi, performanceyear
    FROM pqrs.current_cases
    UNION
    SELECT tin, npi, performanceyear
    FROM pqrs.submissions
    WHERE status IN ('complete', 'incomplete')
        AND submissiontype IN ('measure_result', 'cms_submission')
) AS sender
LEFT JOIN (
    SELECT registration.*
    FROM pqrs.registrations AS registration
    JOIN pqrs.submissions AS root USING (partner_id, header_id)
    WHERE root.status IN ('complete', 'incomplete')
) AS known
    ON known.tin = sender.tin AND (sender.npi IS NULL OR known.npi = sender.npi)
GROUP BY sender.tin, sender.npi, sender.performanceyear;
COMMENT ON VIEW pqrs.send_readiness IS
    'Whether what a TIN, or TIN and NPI, has sent may go to CMS: its document, the waiver, the '
    'attestation and a registration of that NPI, not in progress, are there (reference, P28).';

CREATE VIEW pqrs.measure_readiness AS
SELECT
    rates.reporting_tin,
    rates.performanceyear,
    rates.measure,
    rates.stratum,
    rates.eligible,
    rates.performance_rate,
    rates.mean_value,
    rates.answered_rate,
    rates.eligible >= cases_least.value AS enough_cases,
    rates.answered_rate >= completeness_least.value AS complete_enough
FROM pqrs.practice_rates AS rates
JOIN pqrs.thresholds AS cases_least ON cases_least.name = 'cases_least'
JOIN pqrs.thresholds AS completeness_least
    ON completeness_least.name
        = CASE
            WHEN rates.performanceyear < 2017 THEN 'completeness_pqrs_least'
            ELSE 'completeness_mips_least'
        END;
COMMENT ON VIEW pqrs.measure_readiness IS
    'Whether each measure of a TIN has cases and answers enough to be scored (reference, P24, P25; '
    'report of submission readiness, 5.5).';
