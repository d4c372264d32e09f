import type { Draft } from '../consents/text.ts'

/**
 * The four documents of the sample practice, in our own words. They show what such documents speak of; they are no
 * legal advice: whoever runs a practice has their own checked by someone who knows the law of their state.
 */
export type StoryConsent = Draft & {
  /** Every client, whatever they book; or the types that it fits. */
  asks: 'everybody' | 'allTypes' | 'videoTypes' | 'paidTypes'
}

export const consents: StoryConsent[] = [
  {
    title: 'Privacy notice',
    asks: 'everybody',
    body: `What you tell us about your health belongs to you. This notice says what we keep, why, and what you can ask of us.

## What we keep

Your name and how to reach you, your appointments, your answers to our questionnaires, our notes of what we talked about, and the documents you sign. We ask only for what we need to advise you.

## Who sees it

Your dietitian and the people of this practice who work with them. Everybody signs in with an account of their own, and reading a record leaves a trace. What you write about your health is stored encrypted.

We don’t sell anything about you and we don’t use it for advertising. We share it with your physician or your insurer only when you ask us to, or when the law obliges us.

## How long

We keep your record for as long as the law of Indiana asks of health professionals, and remove it afterward.

## What you can ask

- to see what we keep about you, and to get a copy
- to have something corrected that is wrong
- to know with whom we shared it
- to be written to at another address, or not by e-mail at all

Tell us in person, by phone or by mail. If you feel that we have not treated your information well, please talk to us first. You may also complain to the U.S. Department of Health and Human Services. Nobody here will hold that against you.

If this notice changes, we ask you to read and sign the new version.`,
  },
  {
    title: 'Telehealth consent',
    asks: 'videoTypes',
    body: `Some of our appointments take place by video or by phone. That works well for most of what we do. Before we begin, we would like you to know how it differs from meeting in one room.

## What it is like

We talk at the agreed time over a protected connection. You need a quiet place, a device with a camera and a microphone, and a connection that holds. We record neither sound nor picture, and we ask you not to do so either, unless we have agreed on it.

## What it can’t do

We can’t weigh you, look closely at your skin in natural light, or notice what one would notice across a table. If we think that you should be seen in person, by us or by a physician, we say so.

Technology can fail. If the connection breaks, we try again for ten minutes and then call you, so please give us a number where we reach you. If it can’t be saved, we find another time at no cost.

## Privacy

We are alone in our room when we talk. Please choose a place where you can speak freely. No connection is perfectly safe; we use one made for health care.

## Where you are

Rules for dietitians differ from state to state. Please tell us at the beginning where you are, so that we know that we may advise you there and where help could be sent.

## Not for emergencies

If you feel very unwell, please call 911 or your physician. Don’t wait for our appointment.

## Your choice

You can say no to video and phone at any time, also in the middle of an appointment, and see us in person instead. That changes nothing about how we care for you.`,
  },
  {
    title: 'Cancellation and payment terms',
    asks: 'paidTypes',
    body: `A clear agreement keeps the talk about money short. This is ours.

## Paying

The price of each appointment stands beside it when you book, and in your confirmation. You pay after the appointment, by card or by bank transfer, within fourteen days. You get a receipt with everything that insurers usually ask for.

We don’t bill insurers ourselves. Whether yours pays for nutrition counseling, and how much, is between you and them. Please ask before the first appointment so that there is no surprise.

If you pay by yourself, you have a right to an estimate of the cost in writing before we begin. Ask us, and you get one.

## Moving and cancelling

Life happens. You can move or cancel an appointment on its page free of charge until 24 hours before it begins.

After that we ask for half of the price, because hardly anybody can take the time so soon. If you don’t come and don’t tell us, we ask for the whole price. When you are ill or something serious has come up, tell us, and we will be reasonable.

If you come late, we use the time that is left; the price stays the same.

If *we* have to cancel, you pay nothing and get the next time that suits you.

## When money is tight

Please say so. We can look at fewer or shorter appointments, or at paying in parts. We would rather find a way than lose you halfway.

## Changes

If our prices or these terms change, the new ones hold only for appointments you book afterward.`,
  },
  {
    title: 'E-mail consent',
    asks: 'allTypes',
    body: `E-mail is handy and it is not a sealed letter. Here is how we use it, and what we ask you to decide.

## What we send

Confirmations, changes and reminders of your appointments, links to your page in our portal, and short notes that something is waiting for you there. These mails say when and where we meet. They say nothing about your symptoms, your food, your results or our advice: all of that stays in the portal, where you sign in.

## What can happen to a mail

On its way a mail passes through computers that are neither yours nor ours. It may be read by whoever shares your mailbox or your device, be sent on by mistake, or stay in a backup for years. We can’t take it back.

## What we ask of you

- Give us an address that only you read, and tell us when it changes.
- Write about your health in the portal rather than by mail. If you do write to us by mail, we may answer in the portal.
- Don’t use mail for anything urgent. We read it on working days, usually within two of them. If you feel very unwell, please talk to your physician or call 911.

## Your choice

By signing you agree that we send you the mails named above at the address you gave us. You can take this back at any time: tell us, and we call you instead or write you a letter. We will care for you just the same.`,
  },
]

/** Who of the sample clients has signed: by the client’s place in the story, how many of the documents, in order. */
export const signatures: { client: number; documents: number; daysAgo: number }[] = [
  { client: 0, documents: 4, daysAgo: 46 },
  { client: 3, documents: 2, daysAgo: 12 },
  { client: 1, documents: 1, daysAgo: 5 },
]
