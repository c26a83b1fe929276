# Reviews
admin-nav-reviews = Reviews
admin-settings-reviews = Reviews of products
admin-settings-reviews-what = Who may review your products, and when somebody looks at it.
admin-review-queue-waiting = waiting
admin-review-queue-published = published
admin-review-queue-rejected = rejected
admin-review-queue-reported = reported
admin-review-sort = Order
admin-review-sort-newest = newest first
admin-review-sort-oldest = oldest first
admin-review-sort-lowest = fewest stars first
admin-review-sort-reports = most reported first
admin-review-stars = { $count ->
    [one] One star
   *[other] { $count } stars
}
admin-review-rating = Stars
admin-review-state-waiting = Waiting
admin-review-state-published = Published
admin-review-state-rejected = Rejected
admin-review-reports = { $count ->
    [one] reported once
   *[other] reported { $count } times
}
admin-review-photos = { $count ->
    [one] one photo
   *[other] { $count } photos
}
admin-review-choose = Choose the review of { $product } by { $author }
admin-review-verified = verified purchase
admin-review-unverified = no purchase known
admin-review-suspicious = Why it was not published unseen
admin-review-suspicion-links = Links
admin-review-suspicion-links-what = it leads to another place, by a web or mail address.
admin-review-suspicion-repeated = Repeated text
admin-review-suspicion-repeated-what = one character follows itself more than eight times, or a longer text has only a few different words.
admin-review-suspicion-bad-words = Words on your list
admin-review-suspicion-bad-words-what = it has one of the words above.
admin-review-suspicion-too-fast = Too many at once
admin-review-suspicion-too-fast-what = its author began more than five other reviews within ten minutes.
admin-review-suspicion-same-text = Same text
admin-review-suspicion-same-text-what = at least two other people said the same, in eight words or more.
admin-reviews-count = { $count ->
    [one] One review
   *[other] { $count } reviews
}
admin-reviews-none = There are no such reviews.
admin-reviews-all-done = Nothing waits. Every review has been looked at.
admin-reviews-chosen = The chosen reviews
admin-reviews-approve = Publish the chosen
admin-reviews-reject = Reject the chosen
admin-reviews-decided = { $count ->
    [one] It is done for one review.
   *[other] It is done for { $count } reviews.
}
admin-reviews-stale = { $count ->
    [one] One review had been changed by somebody else in the meantime, and was left as it is. Please look at it again.
   *[other] { $count } reviews had been changed by somebody else in the meantime, and were left as they are. Please look at them again.
}
admin-review-undo = Undo
admin-review-undo-to = Undo: back to { $state }
admin-review-of = Review of { $product }
admin-review-no-text = It has stars alone.
admin-review-photo = Photo { $number }
admin-review-photo-remove = Remove
admin-review-photo-remove-one = Remove photo { $number }
admin-review-reply = Answer
admin-review-reply-text = Your answer
admin-review-reply-hint = Everybody sees it below the review. Leave it empty to take it away.
admin-review-reply-save = Save the answer
admin-review-replied = Answered on { $date }.
admin-review-decide = Decide
admin-review-approve = Publish
admin-review-keep = Leave it published
admin-review-reject = Reject
admin-review-reason = Reason
admin-review-reason-hint = Needed for a rejection. Its author reads it.
admin-review-about = About it
admin-review-product = Product
admin-review-author = Name shown
admin-review-email = E-mail
admin-review-order = the order it was written with
admin-review-bought = Purchase
admin-review-changed = changed on { $date }
admin-review-helpful = Found helpful
admin-review-reported = Reported
admin-flash-review-approved = The review is published.
admin-flash-review-rejected = The review is rejected.
admin-flash-review-undone = That was taken back.
admin-wrong-choose-reviews = Please tick the reviews first.
admin-wrong-review-changed = Somebody changed this review while you looked at it. Here is how it stands now; what you typed is still in its field.
admin-wrong-too-many-words = Please list 1,000 words of 50 characters at most.
admin-reviews-who = Who may review a product
admin-reviews-who-buyers = Those who bought it, once it has been sent to them
admin-reviews-who-accounts = Everybody with an account, and everybody who bought something
admin-reviews-who-nobody = Nobody. What was written stays
admin-reviews-look = When somebody of the store looks at a review
admin-reviews-look-before = Before others see it
admin-reviews-look-after = After it was published, unless it is suspicious
admin-reviews-words = Words that make a review suspicious
admin-reviews-words-hint = Parted by commas or lines. Capitals do not matter.
admin-reviews-check = What makes a review suspicious
admin-reviews-check-what = A suspicious review is never published unseen. It waits here with its reasons, until somebody decides.
admin-export-reviews = reviews (CSV)
admin-export-reviews-jsonl = reviews (JSON)
