//! What operators do: apply, keys, configuration, serve.
