//! This state's rules about people and agencies, decided from arguments alone.

pub mod agency;
pub mod assurance;
pub mod audit;
pub mod authority;
pub mod authorization;
pub mod consent;
pub mod credential;
pub mod device;
pub mod figures;
pub mod glimpse;
pub mod hierarchy;
pub mod lead;
pub mod person;
pub mod precis;
pub mod proof;
pub mod purpose;
