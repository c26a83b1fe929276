//! Pushes to browsers: which browsers asked for them, what they say, and how they get there.

mod erase;
mod log;
mod notice;
mod pusher;
mod send_push;
mod settings;
mod subscribe;
mod subscriptions;
#[cfg(test)]
mod tests;
mod write;

pub use erase::erase_pushes;
pub use log::{PushFilter, PushLogError, PushState, PushSummary, delete_old_pushes, list_pushes, list_pushes_about};
pub use notice::Notice;
pub use pusher::{Push, PushAccount, PushKey, Pusher, PusherError};
pub use send_push::SendPush;
pub(crate) use settings::KeptSettings;
pub use settings::{PushSettings, PushTerms, UpdatePushesError, find_push_key, load_push_settings, update_pushes};
pub use subscribe::{Subscribe, SubscribeError, subscribe};
pub use subscriptions::{
    PushSubscription, PushesAbout, list_push_subscriptions, stop_pushes, unsubscribe, wants_pushes,
};
pub(crate) use write::write;
