//! OpenID Connect: Core, Discovery.
