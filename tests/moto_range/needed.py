"""Each repair of moto beside a test that fails without it: what moto has by now, none fails for."""

from __future__ import annotations

_STACKS = "tests/functional/test_sandbox_stacks.py::test_"
_UPDATES = "tests/functional/test_sandbox_updates.py::test_"
_CHANGE_SETS = "tests/functional/test_sandbox_change_sets.py::test_"
_EXECUTIONS = "tests/functional/test_sandbox_executions.py::test_"
_DOCUMENTS = "tests/functional/test_sandbox_documents.py::test_"
_CHECKUP = "tests/functional/aws/test_checkup.py::test_"
_REPAIRS = "tests/functional/test_sandbox_repairs.py::test_"

NEEDED = {
    "no_schedules_in_stacks": f"{_STACKS}a_schedule_is_a_resource_of_the_stack",
    "no_small_types_in_stacks": f"{_REPAIRS}alarms_subscriptions_and_policies_are_made",
    "permissions_have_no_name": f"{_REPAIRS}a_permission_has_a_name_and_goes_with_its_stack",
    "documents_stay_mappings": f"{_DOCUMENTS}a_name_that_is_taken",
    "policies_stay_mappings": f"{_REPAIRS}a_policy_that_a_template_writes_is_read_back",
    "names_are_too_long": f"{_STACKS}made_up_names_are_as_long_as_the_services_take",
    "sub_loses_dollars": f"{_STACKS}sub_fills_in_its_own_values_and_leaves_context_objects_alone",
    "short_condition_never_holds": f"{_REPAIRS}the_short_form_of_a_condition_is_read",
    "resources_without_condition_are_listed": (
        f"{_REPAIRS}a_resource_that_is_not_made_is_not_listed"
    ),
    "updates_follow_ref_only": (
        f"{_STACKS}an_update_changes_code_retention_environment_and_definition"
    ),
    "failed_stacks_stay_half_made": f"{_STACKS}a_failed_creation_is_rolled_back_and_told",
    "stacks_are_made_unchecked": f"{_STACKS}parameters_are_judged_before_anything_is_made",
    "change_sets_compare_texts": f"{_CHANGE_SETS}a_change_set_tells_what_is_replaced",
    "change_sets_make_half_a_stack": f"{_CHANGE_SETS}a_stack_is_made_whole_by_a_change_set",
    "no_termination_protection": (
        f"{_CHANGE_SETS}a_protected_stack_is_deleted_only_once_that_is_lifted"
    ),
    "oldest_stacks_come_first": f"{_REPAIRS}the_newest_stack_comes_first",
    "machines_of_stacks_do_not_run": f"{_EXECUTIONS}the_input_is_what_the_trigger_carries",
    "names_of_executions_unchecked": f"{_EXECUTIONS}names_that_aws_refuses",
    "all_catches_everything": (
        f"{_EXECUTIONS}a_result_that_is_too_large_is_caught_by_its_own_name_only"
    ),
    "large_inputs_are_taken": f"{_EXECUTIONS}what_a_task_is_handed_may_be_too_large",
    "fresh_executions_break_lists": f"{_REPAIRS}an_execution_that_is_not_begun_runs",
    "deleted_machines_run_on": f"{_EXECUTIONS}a_deleted_machine_takes_its_executions_with_it",
    "ends_of_executions_are_not_told": f"{_REPAIRS}the_end_of_an_execution_is_an_event",
    "waits_take_real_time": f"{_STACKS}a_rate_counts_from_the_sandboxs_time",
    "stops_come_in_the_middle": f"{_EXECUTIONS}a_stopped_execution_is_aborted",
    "expressions_are_unchecked": f"{_STACKS}what_the_services_refuse_fails_the_stack[both days]",
    "environments_are_unchecked": f"{_STACKS}what_the_services_refuse_fails_the_stack[environment]",
    "inline_code_needs_docker": f"{_EXECUTIONS}how_a_function_fails[raises]",
    "messages_are_unchecked": f"{_REPAIRS}a_subject_is_refused",
    "commands_end_at_once": "tests/functional/test_sandbox_run_command.py",
    "nothing_is_throttled": (
        "tests/functional/test_sandbox_load.py"
        "::test_what_is_asked_too_often_is_refused_in_each_protocol"
    ),
    "no_account_settings": f"{_CHANGE_SETS}lambda_tells_the_accounts_concurrency",
    "no_account_limits": f"{_CHECKUP}doctor_asks_for_what_the_table_has",
    "no_quota_list": f"{_CHECKUP}doctor_asks_for_what_the_table_has",
    "policies_are_not_simulated": f"{_CHECKUP}doctor_asks_for_what_the_table_has",
}

BY_CHANCE = ("stacks_break_in_threads", "tasks_break_in_threads")
"""Races: without these tests fail now and then."""
