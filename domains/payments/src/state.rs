//! The states of an attempt and of a refund, and every way from one to another.

kernel::named! {
    /// How far a try to take money has come.
    AttemptState {
        /// Sent, or about to be; what the gateway did is not known.
        Pending = "pending",
        /// The shopper has to do something.
        RequiresAction = "requires_action",
        /// The money is held.
        Authorized = "authorized",
        /// The money is taken, and none is held any more.
        Captured = "captured",
        /// The money was refused.
        Failed = "failed",
        /// What was held is given up.
        Voided = "voided",
    }

    /// What can happen to an attempt.
    AttemptEvent {
        /// The gateway wants something of the shopper.
        RequireAction = "require_action",
        /// The gateway holds the money.
        Authorize = "authorize",
        /// The gateway took the money.
        Capture = "capture",
        /// The gateway took the money after all: the attempt had been given up, so the order must be revived or the money
        /// returned.
        LateCapture = "late_capture",
        /// The gateway refused.
        Fail = "fail",
        /// What was held is given up.
        Void = "void",
        /// The gateway took some of the money and holds the rest.
        CapturePart = "capture_part",
        /// Some of the money was taken, and the rest is held no longer.
        Release = "release",
    }

    /// How far a capture of held money has come.
    CaptureState {
        /// Sent, or about to be; what the gateway did is not known.
        Pending = "pending",
        /// The money is taken.
        Succeeded = "succeeded",
        /// The gateway refused.
        Failed = "failed",
    }

    /// How far a refund has come.
    RefundState {
        /// Sent, or about to be; what the gateway did is not known.
        Pending = "pending",
        /// The money is on its way back.
        Succeeded = "succeeded",
        /// The gateway refused.
        Failed = "failed",
    }

    /// What can happen to a refund.
    RefundEvent {
        /// The gateway gave the money back.
        Succeed = "succeed",
        /// The gateway refused.
        Fail = "fail",
    }
}

/// There is no way from that state by that event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event} is not possible in the state {state}")]
pub struct IllegalTransition {
    /// The state.
    pub state: &'static str,
    /// The event.
    pub event: &'static str,
}

impl AttemptState {
    /// The state after an event.
    pub fn next(self, event: AttemptEvent) -> Result<Self, IllegalTransition> {
        use AttemptEvent::{Authorize, Capture, CapturePart, Fail, LateCapture, Release, RequireAction, Void};
        match (self, event) {
            (Self::Pending, RequireAction) => Ok(Self::RequiresAction),
            (Self::Pending | Self::RequiresAction, Authorize) => Ok(Self::Authorized),
            (Self::Pending | Self::RequiresAction | Self::Authorized, Capture) => Ok(Self::Captured),
            (Self::Failed | Self::Voided, LateCapture) => Ok(Self::Captured),
            (Self::Pending | Self::RequiresAction | Self::Authorized, Fail) => Ok(Self::Failed),
            (Self::Pending | Self::RequiresAction | Self::Authorized, Void) => Ok(Self::Voided),
            (Self::Authorized, CapturePart) => Ok(Self::Authorized),
            (Self::Authorized, Release) => Ok(Self::Captured),
            (
                Self::Pending | Self::RequiresAction | Self::Authorized | Self::Captured | Self::Failed | Self::Voided,
                RequireAction | Authorize | Capture | LateCapture | Fail | Void | CapturePart | Release,
            ) => Err(IllegalTransition {
                state: self.as_str(),
                event: event.as_str(),
            }),
        }
    }

    /// The states that an event is possible in.
    pub fn before(event: AttemptEvent) -> Vec<Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|state| state.next(event).is_ok())
            .collect()
    }

    /// Whether the reconciler keeps asking the gateway.
    pub fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::RequiresAction => true,
            Self::Authorized | Self::Captured | Self::Failed | Self::Voided => false,
        }
    }
}

impl AttemptEvent {
    /// The state that the event leads to, wherever it is possible.
    pub fn target(self) -> AttemptState {
        match self {
            Self::RequireAction => AttemptState::RequiresAction,
            Self::Authorize | Self::CapturePart => AttemptState::Authorized,
            Self::Capture | Self::LateCapture | Self::Release => AttemptState::Captured,
            Self::Fail => AttemptState::Failed,
            Self::Void => AttemptState::Voided,
        }
    }
}

impl RefundState {
    /// The state after an event.
    pub fn next(self, event: RefundEvent) -> Result<Self, IllegalTransition> {
        match (self, event) {
            (Self::Pending, RefundEvent::Succeed) => Ok(Self::Succeeded),
            (Self::Pending, RefundEvent::Fail) => Ok(Self::Failed),
            (Self::Succeeded | Self::Failed, RefundEvent::Succeed | RefundEvent::Fail) => Err(IllegalTransition {
                state: self.as_str(),
                event: event.as_str(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_of_an_attempt() {
        let mut table = String::new();
        for event in AttemptEvent::ALL {
            for state in AttemptState::ALL {
                let next = state.next(*event).map_or("-", AttemptState::as_str);
                table.push_str(&format!("{:<15} {:<15} {next}\n", event.as_str(), state.as_str()));
                if let Ok(next) = state.next(*event) {
                    assert_eq!(next, event.target());
                }
            }
        }
        assert_eq!(table, ATTEMPT_TABLE);
    }

    const ATTEMPT_TABLE: &str = "\
require_action  pending         requires_action
require_action  requires_action -
require_action  authorized      -
require_action  captured        -
require_action  failed          -
require_action  voided          -
authorize       pending         authorized
authorize       requires_action authorized
authorize       authorized      -
authorize       captured        -
authorize       failed          -
authorize       voided          -
capture         pending         captured
capture         requires_action captured
capture         authorized      captured
capture         captured        -
capture         failed          -
capture         voided          -
late_capture    pending         -
late_capture    requires_action -
late_capture    authorized      -
late_capture    captured        -
late_capture    failed          captured
late_capture    voided          captured
fail            pending         failed
fail            requires_action failed
fail            authorized      failed
fail            captured        -
fail            failed          -
fail            voided          -
void            pending         voided
void            requires_action voided
void            authorized      voided
void            captured        -
void            failed          -
void            voided          -
capture_part    pending         -
capture_part    requires_action -
capture_part    authorized      authorized
capture_part    captured        -
capture_part    failed          -
capture_part    voided          -
release         pending         -
release         requires_action -
release         authorized      captured
release         captured        -
release         failed          -
release         voided          -
";

    #[test]
    fn a_refund_is_decided_once() {
        for event in RefundEvent::ALL {
            assert!(RefundState::Pending.next(*event).is_ok());
            assert!(RefundState::Succeeded.next(*event).is_err());
            assert!(RefundState::Failed.next(*event).is_err());
        }
    }
}
