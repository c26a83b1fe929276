//! Places where tests let the program die, as by `kill -9`. They exist in debug builds only; there the environment variable
//! `FAIL_POINT` names one and which passing of it, such as `settling:3`.

/// Ends the process on the spot if this passing is the one that was named. Nothing at all in a release build.
#[cfg_attr(
    not(debug_assertions),
    expect(unused_variables, reason = "nobody asks in a release build")
)]
#[inline]
pub fn fail_point(name: &str) {
    #[cfg(debug_assertions)]
    armed::pass(name);
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    };

    struct Armed {
        name: String,
        passings_left: AtomicU32,
    }

    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let wanted = std::env::var("FAIL_POINT").ok()?;
        let (name, passing) = wanted.split_once(':').unwrap_or((&wanted, "1"));
        Some(Armed {
            name: name.to_owned(),
            passings_left: AtomicU32::new(passing.parse().ok()?),
        })
    });

    pub(super) fn pass(name: &str) {
        if let Some(armed) = ARMED.as_ref().filter(|armed| armed.name == name)
            && armed.passings_left.fetch_sub(1, Ordering::Relaxed) == 1
        {
            let _gone = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}
