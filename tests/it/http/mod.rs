//! What every HTTP answer keeps, and bad input.
