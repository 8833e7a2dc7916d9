/**
 * The scenarios in which visor and Supervisor must be indistinguishable. Run on both,
 * for each pair of daemon and ctl; see run.ts.
 */
export const scenarios: readonly string[] = [
  // basics
  "start_stop_status",
  "gives_up_after_retries",
  "update_adds_changes_removes",
  "restart_policies",
  "stop_escalates_to_kill",
  // config
  "update_by_name",
  "add_and_remove",
  "broken_configs",
  "where_values_come_from",
  "command_line",
  // ctl
  "nobody_there",
  "verbs_and_exit_codes",
  "shutdown_and_reload",
  // logs
  "rotation",
  "log_targets",
  "reading_logs",
  // processes
  "numprocs_and_names",
  "priorities",
  "stop_before_running",
  "spawn_failures",
  "folder_user_umask",
  // rpc
  "faults",
  "faults_while_stopping",
  "introspection",
  "multicall",
  "structs",
  "python_client",
  // signals
  "stop_signals",
  "stop_as_group",
  "signals_to_the_daemon",
  // events
  "life_of_a_process",
  "messages_to_listeners",
  "results_and_garbage",
  // fcgi
  "fastcgi_sockets",
  // http
  "basic_auth",
  "http_requests",
  // tools
  "sample_config",
  "pid_proxy",
];

/**
 * Scenarios that also record the sentences that Supervisor's help prints after a mistake. Those of
 * our ctl are our own: where it plays, these differ in them, and in nothing else.
 */
export const scenariosWithHelpTexts: readonly string[] = [
  "shell_session",
  "clear_and_reopen",
  "signal_verb",
];
