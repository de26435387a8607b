//! Independent software completes real flows.
