-- explained: the flows that declare a service from one area to another.
explained AS (
  SELECT
    f.area AS from_area,
    t.area AS to_area,
    s.service,
    array_agg(DISTINCT flows.flow ORDER BY flows.flow) AS flows
  FROM flows
  JOIN peers AS f ON f.peer = flows.from_peer
  JOIN peers AS t ON t.peer = flows.to_peer
  JOIN flow_ports AS p ON p.flow = flows.flow
  JOIN services AS s ON s.protocol = p.protocol AND s.port_from BETWEEN p.port_from AND p.port_to
  GROUP BY 1, 2, 3
),
-- interfaces: the own address of each interface. Two addresses are none.
interfaces AS (
  SELECT
    interface_id,
    max(own_count) AS own_count,
    max(CASE WHEN is_own THEN address END) AS own_address,
    bool_or(equipment) AS equipment
  FROM own_areas
  GROUP BY interface_id
),
-- judged: the flows that explain each talk, as a request (forth) or as a reply (back). A SYN without an ACK opens a connection, a SYN
-- with one answers; all other packets are told by the port that a flow declares.
judged AS (
  SELECT
    k.*,
    sa.inside AS source_inside,
    ta.inside AS target_inside,
    CASE WHEN forth.flows IS NOT NULL AND back.flows IS NOT NULL THEN array_sort(array_union(forth.flows, back.flows))
      ELSE coalesce(forth.flows, back.flows) END AS flows,
    CASE WHEN k.opens THEN true WHEN k.answers THEN false WHEN forth.flows IS NOT NULL THEN true WHEN back.flows IS NOT NULL THEN false
      ELSE k.to_lower_port END AS is_request,
    NOT k.opens AND NOT k.answers AND (forth.flows IS NULL) = (back.flows IS NULL) AS guessed,
    CASE WHEN i.own_count = 1 AND i.own_address = k.source THEN true WHEN i.own_count = 1 AND i.own_address = k.target THEN false
      WHEN i.own_count = 2 THEN k.direction = 'egress' END AS is_sender
  FROM placed AS k
  JOIN areas AS sa ON sa.area = k.source_area
  JOIN areas AS ta ON ta.area = k.target_area
  JOIN interfaces AS i ON i.interface_id = k.interface_id
  LEFT JOIN explained AS forth
    ON NOT k.answers
    AND forth.from_area = k.source_area AND forth.to_area = k.target_area AND forth.service = k.target_service
  LEFT JOIN explained AS back
    ON NOT k.opens
    AND back.from_area = k.target_area AND back.to_area = k.source_area AND back.service = k.source_service
  WHERE (sa.inside OR ta.inside) AND NOT (i.own_count = 1 AND i.equipment)
),
-- captured: where each talk was captured. The same packets may be in the logs of both ends, and of those that they pass.
captured AS (
  SELECT
    *,
    CASE WHEN is_sender IS NULL THEN 3 WHEN is_sender = is_request THEN 1 ELSE 2 END AS place -- 1 opener, 2 server, 3 elsewhere
  FROM judged
)
