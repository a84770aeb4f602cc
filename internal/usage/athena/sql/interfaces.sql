-- pairs: which two addresses each interface saw. One of the two is the interface's own.
pairs AS (
  SELECT
    interface_id,
    source,
    target,
    min(source || ' ' || target) OVER (PARTITION BY interface_id) AS first_pair
  FROM (
    SELECT DISTINCT
      interface_id,
      CASE WHEN status = 'ok' THEN source END AS source,
      CASE WHEN status = 'ok' THEN target END AS target
    FROM records
    WHERE status IN ('ok', 'no data', 'lost')
  ) AS seen
),
-- candidates: the address that is in all records of an interface is its own. If there are two, either may be it. If there is none, the
-- interface passes packets of others.
candidates AS (
  SELECT
    pairs.interface_id,
    c.address,
    count(source) > 0 AS has_packets,
    coalesce(bool_and(c.address IN (source, target)), false) AS is_own
  FROM pairs
  CROSS JOIN UNNEST(ARRAY[split_part(first_pair, ' ', 1), split_part(first_pair, ' ', 2)]) AS c (address)
  GROUP BY pairs.interface_id, c.address
),
own_spelled AS (
  SELECT
    *,
    {{expand "address"}}
  FROM candidates
),
own_padded AS (
  SELECT
    *,
    {{family "address"}} AS family,
    {{pad "address"}}
  FROM own_spelled
),
-- own_areas: the areas of the interfaces' own addresses.
own_areas AS (
  SELECT
    o.interface_id,
    o.address,
    o.has_packets,
    o.is_own,
    r.area,
    count(CASE WHEN o.is_own THEN 1 END) OVER (PARTITION BY o.interface_id) AS own_count,
    coalesce(bool_or(a.own) OVER (PARTITION BY o.interface_id), false) AS equipment
  FROM own_padded AS o
  LEFT JOIN ranges AS r ON o.is_own AND r.family = o.family AND o.address_padded BETWEEN r.first_address AND r.last_address
  LEFT JOIN areas AS a ON a.area = r.area
)
