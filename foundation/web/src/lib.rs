#![doc = include_str!("../README.md")]

mod arrival;
mod assets;
mod auth;
mod cart_count;
mod cookies;
mod download;
mod etag;
mod extract;
mod front;
mod grant;
mod health;
mod idempotent;
mod idempotent_answer;
mod idempotent_claim;
mod idempotent_together;
mod kept;
mod layers;
mod limits;
mod live;
mod local_path;
mod moved;
mod once_form;
mod pages;
mod problem;
mod problem_pages;
mod registration;
mod request;
mod room;
mod router;
mod serve;
mod settings;
mod state;
mod store_directory;
#[cfg(test)]
mod tests;
mod theme;
mod translations;
mod visitor;

pub use auth::{Authenticator, Bearer, NobodySignsIn, Session, StaffMember};
pub use cart_count::{CountsCarts, NoCarts};
pub use cookies::{CART_COOKIE, DEPARTURE_COOKIE, FLASH_COOKIE, LOCALE_COOKIE, SESSION_COOKIE, TICKET_COOKIE};
pub use download::{download, published};
pub use etag::{IfMatch, version_tag};
pub use extract::{Form, Json, Path, Query};
pub use grant::{Api, ApiCustomer, Grant, HasAccount, SignedIn, Staff, can};
pub use idempotent::{
    Idempotent, IdempotentRequest, Ran, answered, look, run_claiming, run_idempotent, run_marking, write_idempotently,
};
pub use idempotent_answer::{mark_replayed, respond};
pub use idempotent_together::{Mutation, write_together};
pub use kept::KeptRoute;
pub use layers::{method_label, with_own_frames};
pub use limits::{Allowance, SharedLimits, SharedLimitsAway};
pub use live::{Place, Stream};
pub use local_path::local_path;
pub use moved::{MovedPages, NothingMoved};
pub use once_form::{Done, OnceForm, write_form};
pub use pages::{MoneyView, OwnMistake, OwnTemplate, Pages, ThemeMistake};
pub use problem::{Problem, ProblemField};
pub use problem_pages::{PlainProblems, ProblemPages, ProblemView};
pub use request::RequestFacts;
pub use router::finish;
pub use serve::serve;
pub use settings::{Settings, Throttle};
pub use state::{AppState, AppStateBuilder};
pub use store_directory::StoreDirectory;
pub use theme::Theme;
pub use translations::Translations;
pub use visitor::Visitor;

/// What a handler gives back: any response, or a problem that becomes a page or a problem document.
pub type Answer = Result<axum::response::Response, Problem>;
