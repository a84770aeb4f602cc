-- talks: the records of the same two addresses, services and action at one interface, counted.
talks AS (
  SELECT
    r.interface_id,
    r.tag,
    r.source,
    r.target,
    r.client,
    r.direction,
    r.protocol,
    r.action,
    r.opens,
    r.answers,
    r.has_flags,
    r.to_lower_port,
    CASE WHEN r.opens THEN r.dstport WHEN r.answers THEN r.srcport ELSE least(r.srcport, r.dstport) END AS port,
    s.service AS source_service,
    t.service AS target_service,
    count(*) AS records,
    sum(r.packets) AS packets,
    sum(r.bytes) AS bytes,
    min(r.started) AS first_seen,
    max(r.ended) AS last_seen
  FROM (
    SELECT
      *,
      coalesce(packet_source, source) AS client,
      coalesce(syn_ack = 2, false) AS opens, -- SYN
      coalesce(syn_ack = 18, false) AS answers, -- SYN and ACK
      syn_ack IS NOT NULL AS has_flags,
      dstport <= srcport AS to_lower_port,
      CASE WHEN protocol IN (1, 6, 17, 58) THEN protocol ELSE -1 END AS service_protocol
    FROM records
    WHERE status = 'ok'{{.Only}}
  ) AS r
  JOIN services AS s ON s.protocol = r.service_protocol AND r.srcport BETWEEN s.port_from AND s.port_to
  JOIN services AS t ON t.protocol = r.service_protocol AND r.dstport BETWEEN t.port_from AND t.port_to
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
),
talks_spelled AS (
  SELECT
    *,
    {{expand "source"}},
    {{expand "target"}}
  FROM talks
),
talks_padded AS (
  SELECT
    *,
    {{family "source"}} AS source_family,
    {{pad "source"}},
    {{family "target"}} AS target_family,
    {{pad "target"}}
  FROM talks_spelled
),
-- placed: the talks with the areas of both addresses. The tag of an interface says which of several tiers its own address belongs to.
placed AS (
  SELECT
    k.*,
    coalesce(sn.narrow, s.area) AS source_area,
    coalesce(tn.narrow, t.area) AS target_area
  FROM talks_padded AS k
  JOIN ranges AS s ON s.family = k.source_family AND k.source_padded BETWEEN s.first_address AND s.last_address
  JOIN ranges AS t ON t.family = k.target_family AND k.target_padded BETWEEN t.first_address AND t.last_address
  LEFT JOIN narrows AS sn ON k.direction = 'egress' AND sn.area = s.area AND sn.tier = k.tag
  LEFT JOIN narrows AS tn ON k.direction = 'ingress' AND tn.area = t.area AND tn.tier = k.tag
)
