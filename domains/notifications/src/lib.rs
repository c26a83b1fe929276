#![doc = include_str!("../README.md")]

mod account_mails;
mod back_in_stock;
mod cart_reminders;
mod channel;
mod consent;
mod empty_old_mails;
mod erase;
pub mod events;
mod fields;
mod left_cart;
mod log;
mod low_stock;
mod mail_data;
mod mailer;
mod mails;
mod message;
mod order_mails;
mod plain;
mod preview;
mod pushes;
mod renderer;
mod resend;
mod samples;
mod save_template;
mod send_mail;
mod signed_link;
mod stock_alert;
mod stop;
mod store;
mod template;
mod templates;
#[cfg(test)]
mod templates_test;
#[cfg(test)]
mod testing;
mod texts;
mod topic;

pub use back_in_stock::TellWaiting;
pub use cart_reminders::{
    CartReminders, DecideCartReminders, UpdateCartRemindersError, load_cart_reminders, update_cart_reminders,
};
pub use channel::Channel;
pub use consent::{Choose, Consent, TopicChoice, choose, list_choices, list_consents, list_every_consent, wants};
pub use empty_old_mails::empty_old_mails;
pub use erase::{erase_about, erase_account_mails, erase_person, say_erased};
pub use fields::{TemplateField, template_fields};
pub use left_cart::{LeftCartLink, RemindOfCart, find_left_cart, left_cart_path, start_cart_reminders};
pub use log::{MessageLogError, get_message, list_messages, list_sent_to};
pub use low_stock::{AskForLowStockError, TellLowStock, ask_for_low_stock, reads_low_stock, start_low_stock};
pub use mail_data::{
    Content, LevelText, MailData, MailKind, MailStore, OrderLineText, OrderText, ParcelText, RefundText, TaxText,
};
pub use mailer::{Mail, Mailer, MailerError, Receipt};
pub use mails::{Mails, PublicUrl, subscriptions};
pub use message::{Message, MessageFilter, MessageState, MessageSummary};
pub use preview::{Preview, PreviewError, preview, preview_data, send_test};
pub use pushes::{
    Notice, Push, PushAccount, PushFilter, PushKey, PushLogError, PushSettings, PushState, PushSubscription,
    PushSummary, PushTerms, Pusher, PusherError, PushesAbout, SendPush, Subscribe, SubscribeError, UpdatePushesError,
    delete_old_pushes, erase_pushes, find_push_key, list_push_subscriptions, list_pushes, list_pushes_about,
    load_push_settings, stop_pushes, subscribe, unsubscribe, update_pushes, wants_pushes,
};
pub use renderer::{RenderFailed, Rendered, Renderer};
pub use resend::{ResendError, messages_about, resend, resend_about};
pub use save_template::{SaveTemplate, SaveTemplateError, may_write, reset_template, save_template};
pub use send_mail::SendMail;
pub use stock_alert::{
    AlertLink, AlertState, AskForAlert, AskForAlertError, StockAlert, alert_path, ask_for_alert, confirm_alert,
    count_waiting, delete_old_alerts, find_alert, list_alerts_of,
};
pub use stop::{Stop, StopLink, answer_stop, find_stop, stop_path};
pub use template::{MailTemplate, StoredTemplate, TemplateMistake, TemplatePart};
pub use templates::{TemplateState, TemplatesError, find_template, list_templates};
pub use texts::{
    OwnWords, PhoneNumber, ReceiveNote, ReceiveNoteError, SaveWordsError, SendText, Text, TextAccount, TextFacts,
    TextFilter, TextKind, TextLength, TextLogError, TextNote, TextOutcome, TextPreview, TextSettings, TextState,
    TextSummary, TextTerms, TextWish, Texter, TexterError, TextsAbout, Unsent, Unsigned, UpdateTextsError, WishTexts,
    WordsMistake, erase_texts, find_text_account, find_text_wish, find_words, list_every_text_wish, list_text_wishes,
    list_texts, list_texts_about, list_words, load_text_settings, offers_texts, preview_push, preview_words,
    receive_note, save_words, send_test_text, update_texts, wish_texts,
};
pub use topic::Topic;
