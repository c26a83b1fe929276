//! What is short: texts to telephones, and pushes to browsers.

kernel::named! {
    /// How a few words get to somebody.
    Channel {
        /// To a telephone.
        Text = "text",
        /// To a browser.
        Push = "push",
    }
}
