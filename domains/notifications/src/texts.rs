//! Texts to telephones: what they say, who wants them, and how they get there.

mod erase;
mod length;
mod log;
mod phone;
mod receive;
mod send_text;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod texter;
mod unsent;
mod wishes;
mod words;
mod words_of;
mod write;

pub use erase::erase_texts;
pub use length::TextLength;
pub use log::{TextFilter, TextLogError, TextState, TextSummary, list_texts, list_texts_about};
pub use phone::PhoneNumber;
pub use receive::{ReceiveNote, ReceiveNoteError, receive_note};
pub use send_text::SendText;
pub use settings::{
    TextSettings, TextTerms, UpdateTextsError, find_text_account, load_text_settings, offers_texts, update_texts,
};
pub use texter::{Text, TextAccount, TextNote, TextOutcome, Texter, TexterError, Unsigned};
pub use unsent::Unsent;
pub use wishes::{TextWish, TextsAbout, WishTexts, find_text_wish, list_every_text_wish, list_text_wishes, wish_texts};
pub use words::{TextFacts, TextKind, TextPreview, WordsMistake};
pub use words_of::{
    OwnWords, SaveWordsError, find_words, list_words, preview_push, preview_words, save_words, send_test_text,
};
pub(crate) use write::{About, TOO_LONG, asked, facts, filled, lasts, write};
