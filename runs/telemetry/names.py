"""Every name under which a trace speaks of us, and nothing else: the one file to change when conventions move.

``gen_ai.*`` are those of the OpenTelemetry semantic conventions for generative AI as of 2026, all of them still in
development; ``countersign.*`` are our own, where the conventions have none: a proposal that was refused leaves no
``execute_tool`` span there, so a decision is an event of the span that proposed. Which revision a run was told under is
kept beside it (`runs.models.Traced`) and on every span.
"""

REVISION = "2026-11.1"

# Of the conventions.
OPERATION = "gen_ai.operation.name"
INVOKE_WORKFLOW, CHAT, EXECUTE_TOOL = "invoke_workflow", "chat", "execute_tool"
WORKFLOW = "gen_ai.workflow.name"
AGENT_ID, AGENT_NAME, AGENT_VERSION = "gen_ai.agent.id", "gen_ai.agent.name", "gen_ai.agent.version"
MODEL = "gen_ai.request.model"
INPUT_TOKENS, OUTPUT_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
TOOL, TOOL_CALL, TOOL_TYPE = "gen_ai.tool.name", "gen_ai.tool.call.id", "gen_ai.tool.type"
EVALUATION = "gen_ai.evaluation.result"
EVALUATION_NAME, EVALUATION_LABEL = "gen_ai.evaluation.name", "gen_ai.evaluation.score.label"
HUMAN_REVIEW = "human_review"
ERROR = "error.type"

# Our own.
MAPPING = "countersign.mapping.revision"
WORKSPACE = "countersign.workspace"
RUN, RUN_STATE, PERIOD = "countersign.run.id", "countersign.run.state", "countersign.run.period"
STEPS_LEFT_OUT = "countersign.run.steps_left_out"
STEP_KEY, STEP_KIND, STEP_ITEM = "countersign.step.key", "countersign.step.kind", "countersign.step.item"
PROMPT, PROMPT_VERSION = "countersign.prompt.name", "countersign.prompt.version"
PROMPT_DIGEST = "countersign.prompt.digest"
CONFIDENCE = "countersign.confidence"
COST, CURRENCY = "countersign.cost.amount", "countersign.cost.currency"
PROPOSE = "propose"
ACTION, ACTION_TYPE, RISK = "countersign.action.id", "countersign.action.type", "countersign.risk.tier"
SHADOW, RULING = "countersign.shadow", "countersign.gates.ruling"
PAYLOAD, POLICY = "countersign.payload_hash", "countersign.policy.version"
OUTCOME = "countersign.outcome"
DECISION = "countersign.decision"
DECIDED, DECIDED_BY = "countersign.decision.outcome", "countersign.decision.by_type"
REASON, LATENCY = "countersign.decision.reason_code", "countersign.decision.latency_ms"
SEEN = "countersign.context_hash"
ATTEMPT, ATTEMPT_NUMBER = "countersign.attempt", "countersign.attempt.number"
EXECUTION, EXECUTION_STATE = "countersign.execution.id", "countersign.execution.state"
REVERSES = "countersign.execution.reverses"

# Our verdicts in the words of decision events.
VERDICTS = {"approve": "approved", "edit": "edited", "reject": "rejected", "hand_over": "escalated"}
AUTO_APPROVED, HUMAN, BY_POLICY = "auto_approved", "human", "policy"
