//! The suite that every gateway adapter passes. (Being written.)
