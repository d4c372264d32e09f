import type { NewPractice } from '../practice/store.ts'
import type { PlaceName } from '../words.ts'

/** The sample practice, told as a story. Everybody in it is invented. */

export const practice: NewPractice = {
  name: 'Blue Tree Nutrition',
  tagline: 'Gut health and the gut-skin connection',
  zone: 'America/Indiana/Indianapolis',
  email: 'hello@bluetree.example',
  phone: '+1 317 555 0142',
  address: '418 Blue Tree Lane\nIndianapolis, IN 46204',
  headline: 'Your gut and your skin, looked at together.',
  introduction:
    'We help people with IBS, SIBO, celiac disease and skin that flares find out what their gut is asking for. In Indianapolis, and by video or phone wherever you are.',
  about:
    'Dana Whitfield has been a registered dietitian for twenty years. She works with celiac disease, irritable bowel syndrome, SIBO and the FODMAP elimination diet, and with people whose skin tells them that something in their gut is out of balance. No miracle diets and no fear of food: we look closely, change one thing at a time, and keep what helps.',
  callToAction:
    'Skin does not heal overnight, but you don’t have to work it out alone. Tell us what is going on.',
  habits: [
    {
      title: 'Feed your microbes',
      text: 'Garlic, onions, bananas, oats, asparagus and flaxseed bring the fiber that good bacteria live on.',
      icon: 'wheat',
    },
    {
      title: 'Less sugar, less ultra-processed',
      text: 'Cook simply when you can. Small swaps every day do more than a perfect week.',
      icon: 'candy-off',
    },
    {
      title: 'Probiotics with a purpose',
      text: 'Strains matter: L. rhamnosus and B. longum have been studied for skin. Ask before you buy.',
      icon: 'flask-conical',
    },
    {
      title: 'Let stress move through',
      text: 'Slow breathing, a gentle walk, a meal without a screen: your gut listens to your nerves.',
      icon: 'wind',
    },
    {
      title: 'Sleep seven to nine hours',
      text: 'At regular times, and without screens in the hour or two before.',
      icon: 'moon',
    },
    {
      title: 'Drink, and eat your water',
      text: 'Water through the day, cucumber and watermelon in between.',
      icon: 'droplets',
    },
  ],
}

export const dietitian = {
  slug: 'dana-whitfield',
  name: 'Dana Whitfield',
  credentials: 'MS, RD',
  biography: practice.about,
  email: 'dana@bluetree.example',
}

export type StoryClient = { name: string; email: string; phone: string; zone: string }

export const clients: StoryClient[] = [
  {
    name: 'Maya Sample',
    email: 'maya@clients.example',
    phone: '+1 317 555 0111',
    zone: 'America/Indiana/Indianapolis',
  },
  {
    name: 'Jonah Placeholder',
    email: 'jonah@clients.example',
    phone: '+1 312 555 0112',
    zone: 'America/Chicago',
  },
  { name: 'Priya Inventada', email: 'priya@clients.example', phone: '', zone: 'Asia/Kathmandu' },
  {
    name: 'Tomás Ficticio',
    email: 'tomas@clients.example',
    phone: '+44 20 5550 0113',
    zone: 'Europe/London',
  },
  {
    name: 'Grace Nobody',
    email: 'grace@clients.example',
    phone: '+1 415 555 0114',
    zone: 'America/Los_Angeles',
  },
  { name: 'Wren Example', email: 'wren@clients.example', phone: '', zone: 'America/Indiana/Indianapolis' },
]

export type StoryAppointment = {
  /** Working days from today: 0 is today, whatever day it is. */
  day: number
  /** Minutes after midnight on the practice's clock. */
  at: number
  /** The same two of when it was booked. */
  booked: [day: number, at: number]
  client: number
  type: string
  place: PlaceName
  state: 'booked' | 'kept' | 'no_show' | 'cancelled'
  /** When the client called it off. */
  cancelled?: [day: number, at: number]
  brings?: string
}

const at = (hour: number, minute = 0) => hour * 60 + minute

/** As they would come about: nobody books a further talk before the first, or after it began. In the order of booking. */
export const appointments: StoryAppointment[] = [
  {
    day: -30,
    at: at(10),
    booked: [-34, at(20, 15)],
    client: 0,
    type: 'initial-consultation',
    place: 'in_person',
    state: 'kept',
  },
  {
    day: -6,
    at: at(14),
    booked: [-11, at(13, 5)],
    client: 3,
    type: 'initial-consultation',
    place: 'video',
    state: 'kept',
  },
  {
    day: -4,
    at: at(11),
    booked: [-7, at(19, 30)],
    client: 5,
    type: 'hello-call',
    place: 'phone',
    state: 'no_show',
  },
  {
    day: -2,
    at: at(9, 30),
    booked: [-5, at(21, 10)],
    client: 1,
    type: 'hello-call',
    place: 'phone',
    state: 'kept',
  },
  {
    day: 0,
    at: at(15),
    booked: [-5, at(9, 20)],
    client: 3,
    type: 'fodmap-review',
    place: 'video',
    state: 'booked',
  },
  {
    day: 7,
    at: at(15, 30),
    booked: [-5, at(9, 25)],
    client: 3,
    type: 'follow-up',
    place: 'video',
    state: 'booked',
  },
  {
    day: 2,
    at: at(11),
    booked: [-4, at(21, 50)],
    client: 4,
    type: 'initial-consultation',
    place: 'video',
    state: 'cancelled',
    cancelled: [-2, at(22, 10)],
  },
  {
    day: 1,
    at: at(14),
    booked: [-3, at(18, 30)],
    client: 5,
    type: 'hello-call',
    place: 'video',
    state: 'booked',
  },
  {
    day: 1,
    at: at(9, 30),
    booked: [-2, at(7, 50)],
    client: 2,
    type: 'initial-consultation',
    place: 'video',
    state: 'booked',
  },
  {
    day: 0,
    at: at(9),
    booked: [-2, at(12, 20)],
    client: 1,
    type: 'initial-consultation',
    place: 'video',
    state: 'booked',
    brings: 'Bloating after almost every meal since spring, and my rosacea is worse in the same weeks.',
  },
  {
    day: 0,
    at: at(10, 45),
    booked: [-2, at(16, 40)],
    client: 0,
    type: 'follow-up',
    place: 'in_person',
    state: 'booked',
  },
  {
    day: 8,
    at: at(10),
    booked: [-2, at(16, 45)],
    client: 0,
    type: 'fodmap-review',
    place: 'in_person',
    state: 'booked',
  },
  {
    day: 0,
    at: at(13, 30),
    booked: [-2, at(22, 15)],
    client: 4,
    type: 'hello-call',
    place: 'phone',
    state: 'booked',
    brings: 'Wondering if a low FODMAP diet is something for me.',
  },
]

export const inquiries = [
  {
    name: 'Lena Imaginary',
    email: 'lena@clients.example',
    phone: '',
    hoursAgo: 5,
    message:
      'Hello! I read your article on gut and skin. My daughter is nine and has eczema: do you see children, and would a video call be possible from Ohio?',
  },
  {
    name: 'Sam Pretend',
    email: 'sam@clients.example',
    phone: '+1 317 555 0119',
    hoursAgo: 30,
    message: 'Do you take insurance, or could you give me a receipt that I can hand in myself? Thank you.',
  },
]
