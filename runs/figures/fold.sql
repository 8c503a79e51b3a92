-- One batch of a workspace's ledger, as facts that are counted. Each fact: moment, workflow, agent, agent version,
-- measure, key, count, amount. What an entry leads to is found by ids; nothing is read but the batch and its rows.
WITH page AS MATERIALIZED (
  SELECT transaction, id, at, kind, actor_kind, proposal, execution, "case", run, data
  FROM approvals_ledgerentry
  WHERE workspace_id = %(workspace)s AND (transaction, id) > (%(transaction)s, %(id)s) AND transaction < %(below)s
  ORDER BY transaction, id LIMIT %(limit)s),

-- Runs: begun, ended, how long, at what cost.
began AS (
  SELECT e.at, r.workflow, replace(r.agent_id::text, '-', ''), r.agent_version, 'began', '', 1, 0::numeric
  FROM page e JOIN runs_run r ON r.id = e.run WHERE e.kind = 'run.started'),
ended AS MATERIALIZED (
  SELECT e.at, r.id, r.workflow, replace(r.agent_id::text, '-', '') agent, r.agent_version version, r.state,
    r.costs, r.tokens_in, r.tokens_out, extract(epoch FROM r.finished_at - r.started_at) * 1000 ms
  FROM page e JOIN runs_run r ON r.id = e.run WHERE e.kind = 'run.finished'),
run AS (SELECT at, workflow, agent, version, 'run', state, 1, 0::numeric FROM ended),
run_ms AS (
  SELECT at, workflow, agent, version, 'run_ms',
    ceil(ln(greatest(ms, 1)::float8) / ln(2::float8) * %(per)s - 1e-9)::int::text, 1, 0::numeric FROM ended),
cost AS (
  SELECT r.at, r.workflow, r.agent, r.version, 'cost', paid.key, 1, paid.value::numeric
  FROM ended r CROSS JOIN LATERAL jsonb_each_text(r.costs) paid),
tokens AS (
  SELECT r.at, r.workflow, r.agent, r.version, 'tokens', way.key, 1, way.many
  FROM ended r
  CROSS JOIN LATERAL (VALUES ('in', r.tokens_in::numeric), ('out', r.tokens_out::numeric)) way(key, many)
  WHERE way.many > 0),

-- Proposals: come in, and what became of them. What was taken back is counted as it was given, and as taken back.
put AS MATERIALIZED (
  SELECT e.at, e.kind, e.actor_kind, e.data, p.id, p.workflow, replace(p.agent_id::text, '-', '') agent,
    p.agent_version version, extract(epoch FROM e.at - p.created_at) * 1000 ms,
    CASE WHEN p.shadow THEN 'shadow' ELSE 'proposal' END measure
  FROM page e JOIN approvals_proposal p ON p.id = e.proposal WHERE NOT p.drill AND e.execution IS NULL),
asked AS (SELECT at, workflow, agent, version, 'asked', '', 1, 0::numeric FROM put WHERE kind = 'proposal.submitted'),
outcome AS (
  SELECT p.at, p.workflow, p.agent, p.version, p.measure, told.key, 1, 0::numeric
  FROM put p CROSS JOIN LATERAL (SELECT CASE
    WHEN p.kind = 'proposal.ruled' AND p.data ->> 'ruling' = 'block' THEN 'blocked'
    WHEN p.kind = 'proposal.approved' THEN coalesce(
      (SELECT CASE WHEN d.by_policy THEN 'by_policy' WHEN d.verdict = 'edit' THEN 'edited' END
       FROM approvals_decision d
       WHERE d.proposal_id = p.id AND d.digest = p.data ->> 'digest' AND d.decided_at <= p.at
       ORDER BY d.round DESC, d.verdict = 'edit' DESC LIMIT 1), 'approved')
    WHEN p.kind IN ('decision.undone', 'proposal.target_changed', 'proposal.policy_changed', 'proposal.chain_broken')
      THEN 'taken_back'
    WHEN p.kind IN ('proposal.rejected', 'proposal.handed_over', 'proposal.expired', 'proposal.withdrawn',
      'proposal.superseded', 'proposal.dismissed') THEN split_part(p.kind, '.', 2) END) told(key)
  WHERE told.key IS NOT NULL),
waited AS (
  SELECT at, workflow, agent, version, 'wait_ms',
    ceil(ln(greatest(ms, 1)::float8) / ln(2::float8) * %(per)s - 1e-9)::int::text, 1, 0::numeric FROM put
  WHERE actor_kind = 'person' AND kind IN ('proposal.approved', 'proposal.rejected', 'proposal.handed_over')),
reading AS (
  SELECT at, workflow, agent, version, 'reading', '', 1,
    round(coalesce((data ->> 'seen_ms')::numeric, 0) / 60000, 6)
  FROM put WHERE kind = 'decision.recorded' AND actor_kind = 'person'),
judged AS (
  SELECT at, workflow, agent, version, 'judged', CASE WHEN data -> 'wrong' = 'true' THEN 'wrong' ELSE 'right' END, 1,
    0::numeric
  FROM put WHERE kind IN ('audit.judged', 'sample.settled')),

-- Writes, and what undid them.
written AS (
  SELECT e.at, p.workflow, replace(p.agent_id::text, '-', ''), p.agent_version,
    CASE WHEN p.reverses IS NULL THEN 'write' ELSE 'reversal' END,
    CASE WHEN e.kind <> 'execution.settled' THEN split_part(e.kind, '.', 2)
      WHEN e.data ->> 'state' = 'succeeded' THEN 'found_written' ELSE 'found_unwritten' END, 1, 0::numeric
  FROM page e JOIN approvals_proposal p ON p.id = e.proposal
  WHERE e.kind IN ('execution.succeeded', 'execution.failed', 'execution.unknown', 'execution.cancelled',
    'execution.retried', 'execution.settled')),

-- Cases by owner and class, and single failures by class.
held AS MATERIALIZED (
  SELECT e.at, e.kind, c.owner_id, f.code, coalesce(p.workflow, r.workflow, '') workflow,
    coalesce(replace(coalesce(p.agent_id, r.agent_id)::text, '-', ''), '') agent,
    coalesce(p.agent_version, r.agent_version, '') version
  FROM page e JOIN exceptions_case c ON c.id = e."case" JOIN exceptions_failureclass f ON f.id = c.failure_class_id
  LEFT JOIN approvals_proposal p ON p.id = e.proposal LEFT JOIN runs_run r ON r.id = e.run
  WHERE e.kind IN ('case.opened', 'case.reopened', 'case.repeated', 'case.resolved', 'occurrence.noted')),
cases AS (
  SELECT at, workflow, agent, version, CASE WHEN kind = 'case.resolved' THEN 'settled' ELSE 'case' END,
    owner_id || '|' || code, 1, 0::numeric
  FROM held WHERE kind IN ('case.opened', 'case.reopened', 'case.resolved')),
failure AS (
  SELECT at, workflow, agent, version, 'failure', code, 1, 0::numeric FROM held WHERE kind <> 'case.resolved'),

fact (at, workflow, agent, version, measure, key, count, amount) AS (
  SELECT * FROM began UNION ALL SELECT * FROM run UNION ALL SELECT * FROM run_ms UNION ALL SELECT * FROM cost
  UNION ALL SELECT * FROM tokens UNION ALL SELECT * FROM asked UNION ALL SELECT * FROM outcome
  UNION ALL SELECT * FROM waited UNION ALL SELECT * FROM reading UNION ALL SELECT * FROM judged UNION ALL SELECT * FROM written
  UNION ALL SELECT * FROM cases UNION ALL SELECT * FROM failure),
added AS (
  INSERT INTO runs_figure
    (workspace_id, scope, grain, starts_at, measure, workflow, agent, agent_version, key, count, amount)
  SELECT %(workspace)s, wide.scope, cut.grain, cut.starts_at, measure, wide.workflow, wide.agent, wide.version, key,
    sum(count), sum(amount)
  FROM fact CROSS JOIN LATERAL (VALUES
    ('hour', date_trunc('hour', at, %(zone)s)), ('day', date_trunc('day', at, %(zone)s)), ('ever', to_timestamp(0))
  ) cut(grain, starts_at)
  CROSS JOIN LATERAL (VALUES
    ('all', '', '', ''), ('workflow', fact.workflow, '', ''), ('version', fact.workflow, fact.agent, fact.version)
  ) wide(scope, workflow, agent, version)
  GROUP BY wide.scope, cut.grain, cut.starts_at, measure, wide.workflow, wide.agent, wide.version, key
  ON CONFLICT (workspace_id, scope, grain, starts_at, measure, workflow, agent, agent_version, key)
  DO UPDATE SET count = runs_figure.count + excluded.count, amount = runs_figure.amount + excluded.amount)
SELECT transaction, id, (SELECT max(at) FROM page), (SELECT count(*) FROM page)
FROM page ORDER BY transaction DESC, id DESC LIMIT 1
