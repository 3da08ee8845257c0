CREATE VIEW cdsr.dsn_conflicts AS
SELECT
    partner_id,
    dsn,
    count(*) AS records,
    array_agg(DISTINCT opnpi ORDER BY opnpi) AS orderers
FROM (
    SELECT root.partner_id, root.dsn, coalesce(consultation.opnpi, root.npiop) AS opnpi
    FROM cdsr.submissions AS root
    LEFT JOIN cdsr.consultations AS consultation USING (partner_id, header_id)
    WHERE root.status <> 'cancelled'
) AS told
WHERE opnpi IS NOT NULL
GROUP BY partner_id, dsn
HAVING count(DISTINCT opnpi) > 1;
COMMENT ON VIEW cdsr.dsn_conflicts IS
    'Numbers of consultations (dsn) that one partner uses for several orderers (reference, D14). '
    'Several furnished exams of one consultation are no conflict.';

CREATE VIEW cdsr.furnished_links AS
SELECT
    exam.partner_id,
    exam.header_id,
    exam.dsn,
    exam.datefurnishedservice,
    coalesce(own.header_id, by_number.header_id, by_orderer.header_id) AS consultation_header_id,
    CASE
        WHEN own.header_id IS NOT NULL THEN 'same record'
        WHEN by_number.header_id IS NOT NULL THEN 'dsn'
        WHEN by_orderer.header_id IS NOT NULL THEN 'orderer and date'
    END AS linked_by
FROM cdsr.submissions AS exam
LEFT JOIN cdsr.consultations AS own
    ON own.partner_id = exam.partner_id AND own.header_id = exam.header_id
LEFT JOIN LATERAL (
    SELECT other.header_id
    FROM cdsr.submissions AS other
    JOIN cdsr.consultations AS consultation USING (partner_id, header_id)
    WHERE own.header_id IS NULL
        AND other.partner_id = exam.partner_id
        AND other.dsn = exam.dsn
        AND other.header_id <> exam.header_id
        AND other.status <> 'cancelled'
    ORDER BY consultation.consultationdatetime DESC, other.header_id
    LIMIT 1
) AS by_number ON true
LEFT JOIN LATERAL (
    SELECT consultation.header_id
    FROM cdsr.consultations AS consultation
    WHERE own.header_id IS NULL
        AND by_number.header_id IS NULL
        AND consultation.partner_id = exam.partner_id
        AND consultation.opnpi = exam.npiop
        AND consultation.header_id <> exam.header_id
        AND consultation.orderdatetime::date = exam.dateordered::date
    ORDER BY consultation.consultationdatetime DESC, consultation.header_id
    LIMIT 1
) AS by_orderer ON true
WHERE exam.providertype = 'fp' AND exam.status <> 'cancelled';
COMMENT ON VIEW cdsr.furnished_links IS
    'Each furnishing record with the consultation it belongs to: its own, else one of the same '
    'partner and dsn, else one of the same orderer and day (reference, 2.2 and CD16). linked_by is '
    'empty where none is found.';

CREATE VIEW cdsr.rscan_projects AS
SELECT
    partner_id,
    rscan_projectid,
    count(*) FILTER (WHERE rscan_phase = 'baseline') AS baseline_cases,
    count(*) FILTER (WHERE rscan_phase = 'posteducation') AS posteducation_cases,
    max(consultationdatetime) FILTER (WHERE rscan_phase = 'baseline') AS baseline_until,
    min(consultationdatetime) FILTER (WHERE rscan_phase = 'posteducation') AS posteducation_since,
    max(consultationdatetime) FILTER (WHERE rscan_phase = 'baseline')
        >= min(consultationdatetime) FILTER (WHERE rscan_phase = 'posteducation')
        AS phases_overlap,
    count(DISTINCT cdsmcode) > 1 AS several_tools,
    avg((rscan_value = 'high')::int) FILTER (WHERE rscan_phase = 'posteducation')
        - avg((rscan_value = 'high')::int) FILTER (WHERE rscan_phase = 'baseline')
        AS high_value_change
FROM cdsr.consultations
WHERE rscan_projectid IS NOT NULL
GROUP BY partner_id, rscan_projectid;
COMMENT ON VIEW cdsr.rscan_projects IS
    'R-SCAN projects: whether baseline cases lie before those after education and one tool rated all '
    '(reference, D30), and the change of the share of high value (CD19), as a fraction of 1.';
