# The waiting room.
queue-title = Waiting room
queue-waiting = Many people want to buy at this moment. You are in the queue, and it goes on by itself when it is your moment.
queue-position = Your place in the queue: { $position }
queue-wait = { $minutes ->
    [one] It takes about a minute.
   *[other] It takes about { $minutes } minutes.
}
queue-keeps = { $minutes ->
    [one] You may close this page: your place is kept. Once it is your moment you have a minute to buy.
   *[other] You may close this page: your place is kept. Once it is your moment you have { $minutes } minutes to buy.
}
queue-look = Look again
queue-why = Many people want to buy at this moment, so that everybody gets in one after the other. You have no place in the queue, or your time to buy is over.
queue-join = Join the queue
queue-admitted = It is your moment: you can buy now.
